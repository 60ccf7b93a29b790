using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;
using Serverless.Messaging;
using Serverless.Schedules;
using Serverless.Schedules.Running;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Schedules;

[Collection(ScheduleTests.Name)]
public sealed class SchedulerTests(AzuriteFixture azurite) : IDisposable
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
    public async Task Run_DueTime_SendsTheTaskOnceWithItsArguments()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("once", new { cron = "5 12 * * *", args = new { text = "hello" } });

        await sut.PassAsync(4 * Minute);
        Assert.Empty(sut.Tasks.Script.Runs);
        await sut.PassAsync(Minute);
        await sut.PassAsync(Minute);

        await sut.Tasks.WaitAsync(ScheduleHost.RunId("once", 5), TaskState.Success);
        var run = Assert.Single(sut.Tasks.Script.Runs);
        Assert.Equal("hello", run.Args.Text);
        var view = await sut.ShowAsync("once");
        Assert.Equal(run.Id, (string?)view["lastRun"]!["id"]);
        Assert.Equal(1, (int)view["started"]!);
    }

    [Fact]
    public async Task Run_TurnedClock_TheTimerStartsWhatIsDueOnItsSecond()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite, withTimer: true);
        await sut.PutAsync("seconds", new { cron = "5,35 * * * * *", overlap = "allow" });

        await Eventually.TrueAsync(async () =>
        {
            sut.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            return Ids(sut).Count >= 4;
        });

        // How far the clock is by the time a run begins depends on the machine, and so does whether a lock is outrun: what is due starts.
        Assert.Contains(ScheduleName.RunId("seconds", ScheduleHost.Noon.AddSeconds(65)), Ids(sut));
        Assert.Contains(ScheduleName.RunId("seconds", ScheduleHost.Noon.AddSeconds(95)), Ids(sut));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("last")]
    public async Task Run_DueBeforeTheTimersNextLook_StartsOnItsSecond(string rule)
    {
        var name = $"soon-{rule}";
        await using var sut = await ScheduleHost.StartAsync(azurite, withTimer: true);
        sut.Time.Advance(TimeSpan.FromSeconds(70));
        await sut.PutAsync(name, new { cron = "20,30 * * * * *", catchUp = rule });
        await sut.SendAsync(HttpMethod.Post, $"schedules/{name}/pause", null, HttpStatusCode.OK);
        await sut.SendAsync(HttpMethod.Post, $"schedules/{name}/resume", null, HttpStatusCode.OK);
        string[] runs =
            [ScheduleName.RunId(name, ScheduleHost.Noon.AddSeconds(80)), ScheduleName.RunId(name, ScheduleHost.Noon.AddSeconds(90))];
        foreach (var run in runs)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            sut.Time.Advance(TimeSpan.FromSeconds(10));
            await sut.Tasks.WaitAsync(run, TaskState.Success);
        }

        Assert.Equal(runs, Ids(sut));

        // A run is noted when it was started, which its end may come before.
        await Eventually.EqualAsync((2L, 0L, 0L), async () =>
        {
            var view = await sut.ShowAsync(name);
            return (view["started"]!.GetValue<long>(), view["skipped"]!.GetValue<long>(), view["missed"]!.GetValue<long>());
        });
    }

    [Fact]
    public async Task Run_NoCatchUpAndAShortOutage_RunsNothingOfIt()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(ScheduleHost.Noon);
        await using (var before = await ScheduleHost.StartAsync(azurite))
        {
            await before.PutAsync("short", new { cron = "10 * * * * *", catchUp = "none", overlap = "allow" });
        }

        time.Advance(TimeSpan.FromSeconds(12));
        await using var sut = await ScheduleHost.StartAsync(azurite, time: time);
        await sut.PassAsync(TimeSpan.Zero);
        await sut.PassAsync(TimeSpan.FromSeconds(58));
        await sut.Tasks.WaitAsync(ScheduleName.RunId("short", ScheduleHost.Noon.AddSeconds(70)), TaskState.Success);

        Assert.Equal([ScheduleName.RunId("short", ScheduleHost.Noon.AddSeconds(70))], Ids(sut));
        Assert.Equal(1, (await sut.ShowAsync("short"))["missed"]!.GetValue<long>());
    }

    [Fact]
    public async Task Run_LateLookOfAHostThatWasUp_RunsWhatWasDue()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("late", new { cron = "10 * * * * *", catchUp = "none" });
        await sut.PassAsync(TimeSpan.FromSeconds(60));
        await sut.Tasks.WaitAsync(ScheduleName.RunId("late", ScheduleHost.Noon.AddSeconds(10)), TaskState.Success);
    }

    [Fact]
    public async Task Run_HostStopsWhileItWaits_EndsAtOnce()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.StoreAsync("soon", "30 0 12 * * *");
        using var stopping = new CancellationTokenSource();
        var lifetime = Mock.Of<IHostApplicationLifetime>(h => h.ApplicationStopping == stopping.Token);
        var sent = new SentTasks();

        var run = Another(sut, sent, lifetime, TimeSpan.FromSeconds(59)).RunAsync(sut.Tasks.Durable, CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        Assert.False(run.IsCompleted);
        await stopping.CancelAsync();
        await run;
        Assert.Empty(sent.Ids);
    }

    [Fact]
    public async Task Run_TwoAtOnce_StartEachDueTimeOnce()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        for (var i = 0; i < 20; i++) await sut.StoreAsync($"both-{i}");
        var sent = new SentTasks();
        var (one, other) = (Another(sut, sent), Another(sut, sent));

        for (var minute = 0; minute < 3; minute++)
        {
            sut.Time.Advance(Minute);
            await Task.WhenAll(
                one.RunAsync(sut.Tasks.Durable, CancellationToken.None), other.RunAsync(sut.Tasks.Durable, CancellationToken.None));
        }

        var expected = Enumerable.Range(0, 20).SelectMany(i => Enumerable.Range(1, 3).Select(m => ScheduleHost.RunId($"both-{i}", m)));
        Assert.Equal(expected.Order(StringComparer.Ordinal), sent.Ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_SenderDiesOnTheWay_AnotherSendsTheSameIdOnceTheClaimIsOver()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.StoreAsync("claimed", "1 12 * * *");
        var sent = new SentTasks { Fault = new HttpRequestException("The broker cannot be reached.") };
        var (dying, other) = (Another(sut, sent), Another(sut, sent));
        sut.Time.Advance(Minute);
        await dying.RunAsync(sut.Tasks.Durable, CancellationToken.None);
        Assert.Single(sent.Ids);

        sent.Fault = null;
        await other.RunAsync(sut.Tasks.Durable, CancellationToken.None);
        Assert.Single(sent.Ids);
        sut.Time.Advance(Minute);
        await other.RunAsync(sut.Tasks.Durable, CancellationToken.None);
        await dying.RunAsync(sut.Tasks.Durable, CancellationToken.None);

        Assert.Equal([ScheduleHost.RunId("claimed", 1), ScheduleHost.RunId("claimed", 1)], sent.Ids);
        Assert.Equal(1, (int)(await sut.ShowAsync("claimed"))["started"]!);
    }

    [Fact]
    public async Task Run_TaskThatIsNoMore_IsRefusedAndItsNeighboursStart()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("gone");
        await sut.PutAsync("here");
        await sut.Store.UpdateAsync("gone", s => s with { Definition = s.Definition with { Task = "test.gone" } }, CancellationToken.None);
        await sut.PassAsync(Minute);
        await sut.PassAsync(Minute);

        await sut.Tasks.WaitAsync(ScheduleHost.RunId("here", 2), TaskState.Success);
        var view = await sut.ShowAsync("gone");
        Assert.Equal(2, (int)view["failed"]!);
        Assert.Contains("There is no task 'test.gone'", (string)view["lastError"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RowThatCannotBeRead_KeepsNoneFromStarting()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("a-broken");
        await sut.PutAsync("b-whole");
        var table = azurite.Tables.GetTableClient(ScheduleStore.TableName);
        await table.UpdateEntityAsync(
            new TableEntity("schedule", "a-broken") { ["Definition"] = "{" }, Azure.ETag.All, TableUpdateMode.Merge);
        await sut.PassAsync(Minute);

        await sut.Tasks.WaitAsync(ScheduleHost.RunId("b-whole", 1), TaskState.Success);
        Assert.Contains(sut.Tasks.Logs.Lines, l => l.Message.Contains("a-broken could not be advanced", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_DeletedWhileItStarts_StartsOnceAndIsGone()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.StoreAsync("deleted");
        var sent = new SentTasks();
        sent.Sending = () => sut.Store.DeleteAsync("deleted", CancellationToken.None);
        sut.Time.Advance(Minute);
        await Another(sut, sent).RunAsync(sut.Tasks.Durable, CancellationToken.None);

        Assert.Single(sent.Ids);
        await sut.SendAsync(HttpMethod.Get, "schedules/deleted", null, HttpStatusCode.NotFound);
    }

    /// <summary>The scheduler of another instance on the same table, whose tasks are only noted.</summary>
    private static Scheduler Another(ScheduleHost host, SentTasks sent, IHostApplicationLifetime? lifetime = null, TimeSpan ahead = default)
    {
        var services = host.Tasks.Services;
        var target = new TaskTarget(
            sent.Client, services.GetRequiredService<TaskRegistry>(), services.GetRequiredService<TaskRouter>(),
            services.GetRequiredService<TaskRetention>(), services.GetRequiredService<QueueCatalog>());
        var settings = Options.Create(new ScheduleSettings { Ahead = ahead });
        return new Scheduler(
            host.Store, new ScheduleTargets([target]), new ScheduleWatch(settings, host.Time), settings, host.Time, lifetime
                ?? Mock.Of<IHostApplicationLifetime>(), NullLogger<Scheduler>.Instance);
    }

    /// <summary>Takes note of what is sent, a fault's occasion included.</summary>
    private sealed class SentTasks
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _ids = [];

        public SentTasks()
        {
            var client = new Mock<ITaskClient>();
            client.Setup(
                c => c.SendAsync(It.IsAny<string>(), It.IsAny<JsonElement>(), It.IsAny<SendOptions>(), It.IsAny<CancellationToken>()))
                .Returns(async (string _, JsonElement _, SendOptions options, CancellationToken _) =>
                {
                    _ids.Enqueue(options.TaskId!);
                    await Sending();
                    return Fault is null ? options.TaskId! : throw Fault;
                });
            Client = client.Object;
        }

        public ITaskClient Client { get; }

        public IReadOnlyList<string> Ids => [.. _ids];

        public Exception? Fault { get; set; }

        public Func<Task> Sending { get; set; } = () => Task.CompletedTask;
    }
}
