using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Pauses by circuit breakers: of a task whose handler asks for them.</summary>
[Collection(TaskTests.Name)]
public sealed class CircuitPauseTests(AzuriteFixture azurite) : CircuitTestBase(azurite, Charge)
{
    private const string Charge = "test.circuit";
    private readonly AzuriteFixture _azurite = azurite;

    [Fact]
    public async Task Circuit_Opens_OneRunFindsOutAndTheOthersWait()
    {
        await using var host = await StartAsync();
        var first = await SendAsync(host);
        await host.WaitAsync(first, TaskState.Retry);
        var pause = Assert.Single(await ListAsync(host));
        var others = new List<string> { await SendAsync(host), await SendAsync(host) };
        foreach (var id in others) await host.WaitAsync(id, TaskState.Retry);

        Assert.Equal((PauseKind.Task, Charge, Breaker), (pause.Kind, pause.Name, pause.Breaker));
        Assert.Equal([first], host.Script.Runs.Select(r => r.Id));

        // The circuit is still open: one of the three finds out.
        await TurnAsync(host, Break);
        await Eventually.EqualAsync(2, () => Task.FromResult(host.Script.Runs.Count));
        await host.SettledAsync();
        Assert.Equal(2, host.Script.Runs.Count);
        Assert.NotEmpty(await ListAsync(host));

        IsOpen = false;
        foreach (var id in others.Append(first)) await PassAsync(host, id);
        Assert.Empty(await ListAsync(host));
        Assert.All(host.Script.Runs, run => Assert.Equal(0, run.Attempt));
    }

    [Fact]
    public async Task Circuit_HostDies_AnotherLetsTheNextRunThrough()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        string id;
        await using (var host = await StartAsync(time))
        {
            id = await SendAsync(host);
            await host.WaitAsync(id, TaskState.Retry);
        }

        IsOpen = false;
        await using var next = await StartAsync(time);
        Assert.Single(await ListAsync(next));
        await PassAsync(next, id);

        Assert.Empty(await ListAsync(next));
    }

    [Fact]
    public async Task Circuit_SomebodyPausesTheTaskToo_StaysPausedUntilTheyResumeIt()
    {
        await using var host = await StartAsync();
        var id = await SendAsync(host);
        await host.WaitAsync(id, TaskState.Retry);

        await PostAsync(host, $"tasks/{Charge}/pause");
        IsOpen = false;
        await TurnAsync(host, 2 * Break);
        await host.SettledAsync();

        var pause = Assert.Single(await ListAsync(host));
        Assert.Equal("local", pause.By);
        Assert.Null(pause.Until);
        Assert.Single(host.Script.Runs);
        await PostAsync(host, $"tasks/{Charge}/resume");
        await PassAsync(host, id);
    }

    [Fact]
    public async Task Hold_OfATaskThatSomebodyPaused_ChangesNothing()
    {
        await using var host = await StartAsync();
        var pauses = host.Services.GetRequiredService<TaskPauses>();
        await pauses.AddAsync(PauseKind.Task, Charge, "ada", default);

        await pauses.HoldAsync(PauseKind.Task, Charge, Breaker, host.Time.GetUtcNow(), default);
        var entry = await pauses.EnterAsync(Message(host, "a"), null, default);
        await pauses.ReleaseAsync(entry.Pause!, Message(host, "a"), default);

        Assert.Equal("ada", entry.Pause!.By);
        Assert.Equal("ada", Assert.Single(await ListAsync(host)).By);
    }

    [Fact]
    public async Task Enter_ManyAtOnceAfterTheBreak_LetsOneThrough()
    {
        await using var host = await StartAsync();
        var pauses = host.Services.GetRequiredService<TaskPauses>();
        await pauses.HoldAsync(PauseKind.Task, Charge, Breaker, host.Time.GetUtcNow(), default);

        var entries = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => pauses.EnterAsync(Message(host, $"{i}"), null, default).AsTask()));

        Assert.Single(entries, e => e.Probed?.Breaker == Breaker && e.Pause is null);
        Assert.Equal(15, entries.Count(e => e.Pause?.Breaker == Breaker));
    }

    [Fact]
    public async Task Purge_PauseThatNoRunLooksAt_EndsIt()
    {
        await using var host = await StartAsync();
        var pauses = host.Services.GetRequiredService<TaskPauses>();
        await pauses.HoldAsync(PauseKind.Task, Charge, Breaker, host.Time.GetUtcNow(), default);
        await pauses.AddAsync(PauseKind.Tenant, "acme", "ada", default);

        await pauses.PurgeAsync(default);
        Assert.Equal(2, (await ListAsync(host)).Count);
        host.Time.Advance(TimeSpan.FromMinutes(16));
        await pauses.PurgeAsync(default);

        Assert.Equal("acme", Assert.Single(await ListAsync(host)).Name);
    }

    [Fact]
    public async Task Keep_OfTheHandler_HoldsUnlessTheSenderSaysOtherwise()
    {
        IsOpen = false;
        await using var host = await StartAsync();
        var own = await SendAsync(host);
        var other = await host.SendAsync(task: Charge, options: new() { ResultTtl = TimeSpan.FromMinutes(1) });
        var kept = await host.WaitAsync(own, TaskState.Success);
        var brief = await host.WaitAsync(other, TaskState.Success);

        Assert.Equal(CircuitTask.KeepSeconds, (kept.Forgotten - kept.Ended)!.Value.TotalSeconds);
        Assert.Equal(60, (brief.Forgotten - brief.Ended)!.Value.TotalSeconds);
        await host.SettledAsync();
        host.Time.Advance(TimeSpan.FromMinutes(2));
        await host.Services.GetRequiredService<TaskPurge>().RunAsync(default);
        Assert.NotNull(await host.Tasks.GetAsync(own));
        Assert.Null(await host.Tasks.GetAsync(other));
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.Services.GetRequiredService<TaskPurge>().RunAsync(default);
        Assert.Null(await host.Tasks.GetAsync(own));
    }

    [Fact]
    public async Task Keep_OfTheSettings_ComesBeforeTheHandlersAndIsCheckedAtTheStart()
    {
        await using (var host = await TaskHost.StartAsync(_azurite, settings: Keep("2d")))
        {
            var id = await SendAsync(host);
            var kept = await host.WaitAsync(id, TaskState.Success);
            Assert.Equal(TimeSpan.FromDays(2), kept.Forgotten - kept.Ended);
        }

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => TaskHost.StartAsync(_azurite, settings: Keep("soon")));
        Assert.Contains("'test.circuit': Keep is a number with s, m, h or d", fault.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Keep(string time) => new()
    {
        ["Tasks:Retention:0:Match"] = Charge,
        ["Tasks:Retention:0:Keep"] = time,
    };

    private static TaskMessage Message(TaskHost host, string id) =>
        new() { Id = id, Task = Charge, Enqueued = host.Time.GetUtcNow() };

    private static async Task TurnAsync(TaskHost host, TimeSpan time)
    {
        await host.SettledAsync();
        host.Time.Advance(time + TimeSpan.FromMilliseconds(1));
    }

    private static Task PassAsync(TaskHost host, string id) => PassAsync(host, id, TimeSpan.FromMinutes(2));
}
