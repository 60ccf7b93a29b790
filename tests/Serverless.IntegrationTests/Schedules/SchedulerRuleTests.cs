using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Schedules;

[Collection(ScheduleTests.Name)]
public sealed class SchedulerRuleTests(AzuriteFixture azurite) : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The tasks that ran: a clock that is turned by a minute outruns the locks of messages, and a task that is held comes again.
    /// </summary>
    private static List<string> Ids(ScheduleHost host) =>
        [.. host.Tasks.Script.Runs.Select(r => r.Id).Distinct().Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Run_Skip_LeavesOutWhatIsDueMeanwhile()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("skipping");
        var hold = sut.HoldTasks();
        for (var i = 0; i < 3; i++) await sut.PassAsync(Minute);
        hold.SetResult();
        await sut.Tasks.WaitAsync(ScheduleHost.RunId("skipping", 1), TaskState.Success);
        await sut.PassAsync(Minute);
        await sut.Tasks.WaitAsync(ScheduleHost.RunId("skipping", 4), TaskState.Success);

        Assert.Equal([ScheduleHost.RunId("skipping", 1), ScheduleHost.RunId("skipping", 4)], Ids(sut));
        Assert.Equal(2, (int)(await sut.ShowAsync("skipping"))["skipped"]!);
    }

    [Fact]
    public async Task Run_Queue_StartsOneAfterTheOther()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("queueing", new { overlap = "queue", cron = "1,2,3 12 * * *" });
        var hold = sut.HoldTasks();
        for (var i = 0; i < 3; i++) await sut.PassAsync(Minute);
        Assert.Single(Ids(sut));
        Assert.Equal(2, (await sut.ShowAsync("queueing"))["waiting"]!.AsArray().Count);

        hold.SetResult();
        for (var minute = 1; minute <= 3; minute++)
        {
            await sut.Tasks.WaitAsync(ScheduleHost.RunId("queueing", minute), TaskState.Success);
            await sut.PassAsync(Minute);
        }

        Assert.Equal(Enumerable.Range(1, 3).Select(m => ScheduleHost.RunId("queueing", m)), Ids(sut));
    }

    [Fact]
    public async Task Run_Allow_StartsBesideTheEarlierRun()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("allowing", new { overlap = "allow" });
        var hold = sut.HoldTasks();
        for (var i = 0; i < 3; i++) await sut.PassAsync(Minute);

        Assert.Equal(3, (int)(await sut.ShowAsync("allowing"))["started"]!);
        Assert.All(
            await Task.WhenAll(
                Enumerable.Range(1, 3).Select(m => sut.Tasks.Tasks.GetAsync(ScheduleHost.RunId("allowing", m)))), r => Assert.False(
                    r!.IsFinal));
        hold.SetResult();
        foreach (var minute in Enumerable.Range(1, 3)) await sut.Tasks.WaitAsync(ScheduleHost.RunId("allowing", minute), TaskState.Success);
    }

    [Fact]
    public async Task Run_EditedMeanwhile_FollowsTheNewTimesAndArguments()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("edited", new { args = new { text = "old" } });
        await sut.PassAsync(Minute);
        await sut.PutAsync("edited", new { cron = "10 12 * * *", args = new { text = "new" } }, HttpStatusCode.OK);
        for (var i = 0; i < 10; i++) await sut.PassAsync(Minute);
        await sut.Tasks.WaitAsync(ScheduleHost.RunId("edited", 10), TaskState.Success);

        Assert.Equal(
            [("old", ScheduleHost.RunId("edited", 1)), ("new", ScheduleHost.RunId("edited", 10))], sut.Tasks.Script.Runs.Select(
                r => (r.Args.Text!, r.Id)));
    }

    [Fact]
    public async Task Run_PausedAndResumed_StartsNothingBetweenAndMakesUpForNothing()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("paused", new { catchUp = "all" });
        var paused = await sut.SendAsync(HttpMethod.Post, "schedules/paused/pause", null, HttpStatusCode.OK);
        Assert.Empty(paused["nextRuns"]!.AsArray());
        await sut.PassAsync(10 * Minute);
        await sut.SendAsync(HttpMethod.Post, "schedules/paused/resume", null, HttpStatusCode.OK);
        await sut.PassAsync(Minute);

        await sut.Tasks.WaitAsync(ScheduleHost.RunId("paused", 11), TaskState.Success);
        Assert.Single(sut.Tasks.Script.Runs);
    }

    [Fact]
    public async Task Run_ByHand_StartsAtOnceAndCountsAsARun()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("byhand", new { enabled = false, args = new { text = "now" } });
        var hold = sut.HoldTasks();
        var answer = await sut.SendAsync(HttpMethod.Post, "schedules/byhand/run", null, HttpStatusCode.Accepted);
        var id = (string)answer["id"]!;
        await Eventually.TrueAsync(() => Ids(sut).Contains(id));
        using (var status = await sut.Tasks.Http.GetAsync(new Uri((string)answer["status"]!)))
            Assert.Equal(HttpStatusCode.OK, status.StatusCode);

        // The run that was asked for is not done: a due time would overlap it.
        await sut.SendAsync(HttpMethod.Post, "schedules/byhand/resume", null, HttpStatusCode.OK);
        await sut.PassAsync(Minute);
        hold.SetResult();
        await sut.Tasks.WaitAsync(id, TaskState.Success);
        await sut.PassAsync(Minute);
        await sut.Tasks.WaitAsync(ScheduleHost.RunId("byhand", 2), TaskState.Success);
        Assert.Equal([id, ScheduleHost.RunId("byhand", 2)], Ids(sut));
    }

    [Theory]
    [InlineData("none", new int[0])]
    [InlineData("last", new[] { 60 })]
    [InlineData("all", new[] { 20, 40, 60 })]
    public async Task Run_RestartAfterDowntime_CatchesUpAsTheRuleSays(string rule, int[] minutes)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(ScheduleHost.Noon);
        await using (var before = await ScheduleHost.StartAsync(azurite))
        {
            await before.PutAsync(
                $"down-{rule}", new { interval = "PT20M", from = "2026-01-31T12:00:00Z", catchUp = rule, overlap = "allow" });
        }

        time.Advance(70 * Minute);
        await using var sut = await ScheduleHost.StartAsync(azurite, time: time);
        await sut.PassAsync(TimeSpan.Zero);
        await sut.PassAsync(10 * Minute);
        await sut.Tasks.WaitAsync(ScheduleHost.RunId($"down-{rule}", 80), TaskState.Success);
        await sut.Tasks.IdleAsync();

        Assert.Equal([.. minutes.Append(80).Select(m => ScheduleHost.RunId($"down-{rule}", m))], Ids(sut));
    }

    [Fact]
    public async Task Run_Workflow_StartsARunOnceAndWaitsForItsEnd()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.SendAsync(
            HttpMethod.Put, "workflows/scheduled", JsonNode.Parse(
                """{"steps": [{"name": "only", "type": "task", "task": "test.script", "args": {"text": "$.input.text"}}]}"""),
                HttpStatusCode.Created);
        await sut.SendAsync(
            HttpMethod.Put, "schedules/flow", JsonNode.Parse(
                """{"cron": "* * * * *", "workflow": "scheduled", "input": {"text": "from a schedule"}}"""), HttpStatusCode.Created);
        var hold = sut.HoldTasks();
        await sut.PassAsync(Minute);
        var runs = sut.Tasks.Services.GetRequiredService<RunStore>();
        var id = ScheduleHost.RunId("flow", 1);
        Assert.False((await runs.FindAsync(id, CancellationToken.None))!.IsFinal);
        await Eventually.TrueAsync(() => sut.Tasks.Script.Runs.Any(r => r.Args.Text == "from a schedule"));

        await sut.PassAsync(Minute);
        Assert.Equal(1, (int)(await sut.ShowAsync("flow"))["skipped"]!);
        hold.SetResult();
        await Eventually.TrueAsync(async () => (await runs.FindAsync(id, CancellationToken.None))!.Status == RunState.Completed);
        var answer = await sut.SendAsync(HttpMethod.Post, "schedules/flow/run", null, HttpStatusCode.Accepted);
        using var status = await sut.Tasks.Http.GetAsync(new Uri((string)answer["status"]!));
        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
    }
}
