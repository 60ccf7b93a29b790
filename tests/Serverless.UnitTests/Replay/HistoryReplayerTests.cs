using Microsoft.DurableTask;
using Serverless.Local.Runtime.Replay;
using static Serverless.UnitTests.Replay.OrderRun;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.UnitTests.Replay;

public sealed class HistoryReplayerTests
{
    private const string Name = "Order";

    private static readonly OrderRun Own = new();
    private static readonly IReadOnlyList<IReadOnlyList<P.HistoryEvent>> Recorded = HistoryRecorder.Record(Name, Own.RunAsync);

    private static readonly Dictionary<string, OrderRun> Breaking = new()
    {
        ["price is gone"] = Own.Without(Price),
        ["pack is gone"] = Own.Without(Pack),
        ["the timer is gone"] = Own.Without(Wait),
        ["the child is gone"] = Own.Without(Ship),
        ["the event is not sent"] = Own.Without(Note),
        ["bill is gone"] = Own.Without(Bill),
        ["the first mail is gone"] = Own.Without(MailA),
        ["the last mail is gone"] = Own.Without(MailB),
        ["price has another name"] = Own.With(Price, c => c.CallActivityAsync<int>("Quote", "item")),
        ["pack has another name"] = Own.With(
            Pack, c => Task.WhenAll(Enumerable.Range(0, 3).Select(i => c.CallActivityAsync<int>("Wrap", i)))),
        ["the child has another name"] = Own.With(Ship, c => c.CallSubOrchestratorAsync<int>("Send", "parcel")),
        ["bill has another name"] = Own.With(Bill, c => c.CallActivityAsync<int>("Invoice", 7)),
        ["the last mail has another name"] = Own.With(MailB, c => c.CallActivityAsync<int>("Post", "b")),
        ["the event has another name"] = Own.With(Note, c => Sent(c, "remarked", 1)),
        ["a step before price"] = Own.Before(Price, New),
        ["a step before pack"] = Own.Before(Pack, New),
        ["a step before the timer"] = Own.Before(Wait, New),
        ["a step before the child"] = Own.Before(Ship, New),
        ["a step before the wait for approval"] = Own.Before(Approve, New),
        ["a step before the event"] = Own.Before(Note, New),
        ["a step before bill"] = Own.Before(Bill, New),
        ["a step before the first mail"] = Own.Before(MailA, New),
        ["a step before the last mail"] = Own.Before(MailB, New),
        ["a timer before bill"] = Own.Before(Bill, c => c.CreateTimer(c.CurrentUtcDateTime.AddMinutes(1), CancellationToken.None)),
        ["a mail before the other mails"] = Own.Before(MailA, c => c.CallActivityAsync<int>("Mail", "new")),
        ["a mail between the mails"] = Own.Before(MailB, c => c.CallActivityAsync<int>("Mail", "new")),
        ["price after pack"] = Own.Swapped(Price, Pack),
        ["pack after the timer"] = Own.Swapped(Pack, Wait),
        ["the timer after the child"] = Own.Swapped(Wait, Ship),
        ["bill after the first mail"] = Own.Swapped(Bill, MailA),
        ["the mails the other way round"] = Own.Swapped(MailA, MailB),
        ["the timer is an activity"] = Own.With(Wait, c => c.CallActivityAsync<int>("Wait", 5)),
        ["the child is an activity"] = Own.With(Ship, c => c.CallActivityAsync<int>("Ship", "parcel")),
        ["price is a child"] = Own.With(Price, c => c.CallSubOrchestratorAsync<int>("Price", "item")),
        ["two packs, not three"] = Own.With(
            Pack, c => Task.WhenAll(Enumerable.Range(0, 2).Select(i => c.CallActivityAsync<int>("Pack", i)))),
        ["four packs, not three"] = Own.With(
            Pack, c => Task.WhenAll(Enumerable.Range(0, 4).Select(i => c.CallActivityAsync<int>("Pack", i)))),
        ["one pack after the other"] = Own.With(Pack, async c =>
        {
            for (var i = 0; i < 3; i++) await c.CallActivityAsync<int>("Pack", i);
        }),
        ["price's result cannot be read"] = Own.With(Price, c => c.CallActivityAsync<Dictionary<string, string>>("Price", "item")),
        ["it fails before bill"] = Own.Before(Bill, _ => throw new InvalidOperationException("no")),
        ["it ends before bill"] = new OrderRun { Steps = [.. Own.Steps.TakeWhile(s => s.Name != Bill)] },
        ["it fails at its end"] = Own with { Result = _ => throw new InvalidOperationException("no") },
        ["another event is waited for"] = Own.With(Approve, c => c.WaitForExternalEvent<bool>("agreed")),
    };

    private static readonly Dictionary<string, OrderRun> Harmless = new()
    {
        ["nothing"] = Own,
        ["price's input"] = Own.With(Price, c => c.CallActivityAsync<int>("Price", new { item = "item" })),
        ["pack's input"] = Own.With(
            Pack, c => Task.WhenAll(Enumerable.Range(10, 3).Select(i => c.CallActivityAsync<int>("Pack", i)))),
        ["bill's input"] = Own.With(Bill, c => c.CallActivityAsync<int>("Bill", new { amount = 7 })),
        ["the last mail's input"] = Own.With(MailB, c => c.CallActivityAsync<int>("Mail", "c")),
        ["both mails' inputs"] = Own.With(MailA, c => c.CallActivityAsync<int>("Mail", "x"))
            .With(MailB, c => c.CallActivityAsync<int>("Mail", "y")),
        ["the child's input"] = Own.With(Ship, c => c.CallSubOrchestratorAsync<int>("Ship", new { parcel = 1 })),
        ["the child's id"] = Own.With(
            Ship, c => c.CallSubOrchestratorAsync<int>("Ship", "parcel", new SubOrchestrationOptions(instanceId: "ship-1"))),
        ["the event's content"] = Own.With(Note, c => Sent(c, "noted", new { more = true })),
        ["a shorter wait"] = Own.With(Wait, c => c.CreateTimer(c.CurrentUtcDateTime.AddMinutes(1), CancellationToken.None)),
        ["a longer wait"] = Own.With(Wait, c => c.CreateTimer(c.CurrentUtcDateTime.AddHours(1), CancellationToken.None)),
        ["a step at the end"] = Own.After(MailB, New),
        ["a timer at the end"] = Own.After(MailB, c => c.CreateTimer(c.CurrentUtcDateTime.AddMinutes(1), CancellationToken.None)),
        ["a child at the end"] = Own.After(MailB, c => c.CallSubOrchestratorAsync<int>("More", 1)),
        ["an event at the end"] = Own.After(MailB, c => Sent(c, "done", 1)),
        ["another result"] = Own with { Result = _ => "seven" },
        ["a larger result"] = Own with { Result = _ => new { price = 7, currency = "EUR" } },
        ["no result"] = Own with { Result = _ => null },
        ["a custom status"] = Own.Before(Price, c => Quiet(() => c.SetCustomStatus("pricing"))),
        ["a custom status in the middle"] = Own.Before(Bill, c => Quiet(() => c.SetCustomStatus(new { step = "bill" }))),
        ["a new guid"] = Own.Before(Pack, c => Quiet(() => c.NewGuid())),
        ["the time is read"] = Own.Before(Ship, c => Quiet(() => Assert.NotEqual(default, c.CurrentUtcDateTime))),
        ["a log line"] = Own.Before(Bill, c => Quiet(() => c.CreateReplaySafeLogger("order"))),
        ["what replays is looked at"] = Own.Before(Bill, c => Quiet(() => Assert.InRange(c.IsReplaying ? 1 : 0, 0, 1))),
        ["retries for price"] = Own.With(Price, c => c.CallActivityAsync<int>("Price", "item", Retries)),
        ["retries for the child"] = Own.With(
            Ship, c => c.CallSubOrchestratorAsync<int>("Ship", "parcel", Retries)),
        ["retries for all mails"] = Own.With(MailA, c => c.CallActivityAsync<int>("Mail", "a", Retries))
            .With(MailB, c => c.CallActivityAsync<int>("Mail", "b", Retries)),
        ["price's result is read as a wider type"] = Own.With(Price, c => c.CallActivityAsync<long>("Price", "item")),
        ["bill's result is not read"] = Own.With(Bill, c => c.CallActivityAsync("Bill", 7)),
        ["a name's case"] = Own.With(Bill, c => c.CallActivityAsync<int>("BILL", 7)),
        ["packs are awaited one by one"] = Own.With(Pack, async c =>
        {
            foreach (var pack in Enumerable.Range(0, 3).Select(i => c.CallActivityAsync<int>("Pack", i)).ToList()) await pack;
        }),
        ["packs are awaited as they come"] = Own.With(Pack, async c =>
        {
            var packs = Enumerable.Range(0, 3).Select(i => c.CallActivityAsync<int>("Pack", i)).ToList();
            while (packs.Count > 0) packs.Remove(await Task.WhenAny(packs));
        }),
        ["both mails at once"] = Own.Without(MailB).With(MailA, c => Task.WhenAll(
            c.CallActivityAsync<int>("Mail", "a"), c.CallActivityAsync<int>("Mail", "b"))),
        ["a failing bill is caught"] = Own.With(Bill, async c =>
        {
            try
            {
                await c.CallActivityAsync<int>("Bill", 7);
            }
            catch (TaskFailedException)
            {
                await c.CallActivityAsync("Refund", 7);
            }
        }),
        ["a step for newer versions alone"] = Own.Before(Bill, c => c.Version.Length > 0 ? New(c) : Task.CompletedTask),
        ["approval or refusal"] = Own.With(
            Approve, c => Task.WhenAny(c.WaitForExternalEvent<bool>("approved"), c.WaitForExternalEvent<bool>("refused"))),
    };

    public static TheoryData<string> BreakingEdits => [.. Breaking.Keys];

    public static TheoryData<string> HarmlessEdits => [.. Harmless.Keys];

    private static TaskOptions Retries => TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1)));

    [Theory]
    [MemberData(nameof(BreakingEdits))]
    public void Replay_BreakingEdit_IsFoundInAnEndedRunAndInARunningOne(string edit)
    {
        var replayer = Of(Breaking[edit]);

        var found = replayer.Replay("id", Recorded[^1]);

        Assert.True(found is not null, $"'{edit}' was not found.");
        Assert.NotEqual(found.Recorded, found.Now);
    }

    // Whichever turn an instance waits for when the new build comes.
    [Theory]
    [MemberData(nameof(HarmlessEdits))]
    public void Replay_HarmlessEdit_IsRefusedAtNoTurn(string edit)
    {
        var replayer = Of(Harmless[edit]);

        Assert.All(Recorded, history => Assert.Null(replayer.Replay("id", history)));
    }

    [Fact]
    public void Edits_AreAsManyAsIsPromised()
    {
        Assert.Equal(P.OrchestrationStatus.Completed, Recorded[^1][^1].ExecutionCompleted.OrchestrationStatus);
        Assert.InRange(Breaking.Count, 30, 100);
        Assert.InRange(Harmless.Count, 30, 100);
    }

    [Fact]
    public void Replay_Deviation_NamesTheStepAndWhatChanged()
    {
        var found = Of(Breaking["bill has another name"]).Replay("id", Recorded[^1]);

        Assert.Equal(new HistoryDeviation(7, "activity Bill", "activity Invoice"), found);
    }

    [Fact]
    public void Replay_InstanceThatHasNotComeThere_IsLeftAlone()
    {
        var beforeBill = Recorded.First(h => h[^1].TaskScheduled?.Name == "Price");

        Assert.Null(Of(Breaking["bill has another name"]).Replay("id", beforeBill));
    }

    [Fact]
    public void Replay_OrchestratorThatIsGone_IsFound()
    {
        var found = new HistoryReplayer(_ => null).Replay("id", Recorded[0]);

        Assert.Equal(new HistoryDeviation(null, "orchestrator Order", "there is no such orchestrator"), found);
    }

    [Fact]
    public void Replay_InstanceThatHasNotBegun_IsLeftAlone() => Assert.Null(Of(Own).Replay("id", []));

    private static HistoryReplayer Of(OrderRun run) => new(name => name == Name ? run.RunAsync : null);

    private static Task New(TaskOrchestrationContext context) => context.CallActivityAsync("New", 1);

    private static Task Quiet(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
