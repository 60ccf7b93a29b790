using System.Text.Json;
using Serverless.Alarms;

namespace Serverless.UnitTests.Alarms;

public sealed class AlarmStepsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    // A look each minute; b: something is wrong, u: it cannot be told, -: all is well. Told are minutes, with + for what is good again.
    [Theory]
    [InlineData("----", "")]
    [InlineData("bb--", "0 +2")]
    [InlineData("bbbbbbbbbbb-", "0 10 +11")]
    [InlineData("b-b-b-b-b---", "0 +1")]
    [InlineData("b-bbbbbbbbbb-", "0 +1 10 +12")]
    [InlineData("b----------b-", "0 +1 11 +12")]
    [InlineData("buuuuuuuuuuuu-", "0 +13")]
    [InlineData("buuub", "0")]
    [InlineData("uuuub", "4")]
    public void Judge_LookByLook_TellsOncePerQuietTimeAndOnceWhenItIsGood(string looks, string told)
    {
        var (state, messages) = (new AlarmState(), new List<string>());
        for (var minute = 0; minute < looks.Length; minute++)
        {
            if (AlarmSteps.Judge(state, Find(looks[minute], "q"), Quiet, Noon.AddMinutes(minute)) is not { } next) continue;
            messages.AddRange(next.Pending.Select(m => (m.IsGood ? "+" : "") + minute));
            state = AlarmSteps.NoteTold(next, next.Pending);
        }

        Assert.Equal(told, string.Join(' ', messages));
        Assert.Empty(state.Pending);
        Assert.Equal(messages.Count, state.Told);
    }

    [Fact]
    public void Judge_NothingChanged_StoresNothing()
    {
        var first = AlarmSteps.Judge(new AlarmState(), Find('b', "q"), Quiet, Noon)!;
        var state = AlarmSteps.NoteTold(first, first.Pending);

        Assert.Null(AlarmSteps.Judge(state, Find('b', "q"), Quiet, Noon.AddMinutes(1)));
        Assert.Null(AlarmSteps.Judge(new AlarmState(), Find('-', "q"), Quiet, Noon));
    }

    [Fact]
    public void Judge_AnotherCause_IsToldWithinTheQuietTimeOfTheFirst()
    {
        var first = AlarmSteps.Judge(new AlarmState(), Find('b', "a"), Quiet, Noon)!;

        var second = AlarmSteps.Judge(AlarmSteps.NoteTold(first, first.Pending), Find('b', "a", "b"), Quiet, Noon.AddMinutes(1))!;

        Assert.Equal(["b"], Assert.Single(second.Pending).Causes.Select(c => c.Name));
        Assert.Equal(2, second.Pending[0].Number);
    }

    [Fact]
    public void Judge_OneIsGoodAndAnotherBad_AreTwoMessages()
    {
        var first = AlarmSteps.Judge(new AlarmState(), Find('b', "a"), Quiet, Noon)!;

        var second = AlarmSteps.Judge(AlarmSteps.NoteTold(first, first.Pending), Find('b', "b"), Quiet, Noon.AddMinutes(1))!;

        Assert.Equal([(2, false, "b"), (3, true, "a")], second.Pending.Select(m => (m.Number, m.IsGood, m.Causes[0].Name)));
    }

    [Fact]
    public void Judge_Thousands_AreOneMessageAndABoundedState()
    {
        var names = Enumerable.Range(0, 5_000).Select(i => $"{i:0000}{new string('x', 96)}").ToArray();

        var state = AlarmSteps.Judge(new AlarmState(), Find('b', names), Quiet, Noon)!;

        var message = Assert.Single(state.Pending);
        Assert.Equal((AlarmSteps.MaxNamed, 5_000 - AlarmSteps.MaxNamed), (message.Causes.Count, message.More));
        Assert.Equal(AlarmSteps.MaxCauses, state.Causes.Count);

        // A property of a row holds 32,768 characters.
        Assert.InRange(JsonSerializer.Serialize(state, AlarmJson.Options).Length, 1, 32_768);
    }

    [Fact]
    public void Payload_OfAMessage_SaysWhatIsWrongInAHeadingAndLines()
    {
        var alarm = new Alarm("queues", "1", new AlarmDefinition { When = AlarmKind.QueueAge }, new AlarmState(), Noon, Noon);
        var message = AlarmSteps.Judge(new AlarmState(), Find('b', "email", "media"), Quiet, Noon)!.Pending[0];

        var payload = AlarmPayload.Of(alarm, message);

        Assert.Equal("Alarm: queues (email and 1 more)", payload.Heading);
        Assert.Equal("email: It is wrong.\nmedia: It is wrong.", payload.Body);
        var good = message with { IsGood = true, Causes = [message.Causes[0]] };
        Assert.Equal("Good again: queues (email)", AlarmPayload.Of(alarm, good).Heading);
    }

    private static AlarmFindings Find(char look, params string[] names) => look switch
    {
        'b' => new AlarmFindings(names.ToDictionary(n => n, _ => "It is wrong.")),
        'u' => new AlarmFindings(new Dictionary<string, string>(), names.ToHashSet()),
        _ => new AlarmFindings(new Dictionary<string, string>()),
    };
}
