using Azure.Messaging.ServiceBus;
using Serverless.DeadLetters;
using Serverless.Tasks;

namespace Serverless.UnitTests.Queues;

public sealed class DeadLetterFingerprintTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Order 10231 took 3.5 s", "Order … took … s")]
    [InlineData("at 12:30:05", "at …")]
    [InlineData("id 0f8fad5b-d9cb-469f-a165-70867728950e is gone", "id … is gone")]
    [InlineData("run 01a22421fd3471e28d03d21efb0fd54f failed", "run … failed")]
    [InlineData("no such file", "no such file")]
    [InlineData("", "")]
    public void Normalize_Message_LeavesWhatIsTheSameEachTime(string message, string expected) =>
        Assert.Equal(expected, DeadLetterFingerprint.Normalize(message));

    [Fact]
    public void Normalize_LongMessage_IsCutOnceItIsBlanked()
    {
        var start = new string('x', 280) + " ";

        Assert.Equal(
            DeadLetterFingerprint.Normalize($"{start}0f8fad5b-d9cb-469f-a165-70867728950e and so on"),
            DeadLetterFingerprint.Normalize($"{start}1a8fad5b-d9cb-469f-a165-70867728950e and so on"));
        Assert.Equal(300, DeadLetterFingerprint.Normalize(new string('y', 10_000)).Length);
    }

    [Fact]
    public void CreateKey_EachTrait_TellsThemApart()
    {
        DeadLetterFingerprint[] all =
        [
            new("a", "b", "c", "d"), new("x", "b", "c", "d"), new("a", "x", "c", "d"), new("a", "b", "x", "d"), new("a", "b", "c", "x"),
            new("a", "b", null, "c\nd"), new(null, null, null, ""),
        ];

        Assert.Equal(all.Length, all.Select(f => f.CreateKey()).Distinct().Count());
        Assert.All(all, f => Assert.Equal(DeadLetterFingerprint.KeyLength, f.CreateKey().Length));
    }

    [Fact]
    public void List_OldAndNew_CountsTheHoursOfADay()
    {
        var groups = new DeadLetterGroups(Now);
        groups.Add(Message("1", Now.AddDays(-3)), isMeant: true);
        groups.Add(Message("2", Now.AddHours(-23)), isMeant: true);
        groups.Add(Message("3", Now), isMeant: true);
        groups.Add(Message("4", Now), isMeant: false);

        var group = Assert.Single(groups.List());

        Assert.Equal((3, Now.AddDays(-3), Now, "3", 4), (group.Count, group.First, group.Last, group.LastId, groups.LookedAt));
        Assert.Equal([new(Now.AddHours(-23).AddMinutes(-30), 1), new(Now.AddMinutes(-30), 1)], group.Hours);
    }

    private static ServiceBusReceivedMessage Message(string id, DateTimeOffset time) => ServiceBusModelFactory.ServiceBusReceivedMessage(
        body: BinaryData.FromString("{}"), messageId: id, subject: "test.script",
        properties: new Dictionary<string, object>
        {
            [TaskDeadLetter.TimeProperty] = time,
            ["DeadLetterReason"] = "Validation",
            ["DeadLetterErrorDescription"] = $"order {id}",
        });
}
