using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Timers;

public sealed class TimerTriggerTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 2, 30, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly TimerRuns _runs;

    public TimerTriggerTests() => _runs = new TimerRuns(_time);

    public void Dispose() => _folder.Dispose();

    private Task<TestHost> StartAsync<T>() => TestHost.StartAsync(
        [typeof(T)], _folder.Path, time: _time, settings: new() { ["Poll"] = "00:00:02" }, services: (s, _) => s.AddSingleton(_runs));

    /// <summary>Turns the clock in steps, so that whoever waits for less than that hears every one.</summary>
    private Task TurnUntilAsync(int runs, TimeSpan step) => Eventually.TrueAsync(() =>
    {
        if (_runs.All.Count >= runs) return true;
        _time.Advance(step);
        return false;
    });

    private static DateTime At(int hour, int minute) => Start.UtcDateTime.Date.AddHours(hour).AddMinutes(minute);

    [Fact]
    public async Task Run_Ncrontab_ComesWhenTheScheduleSays()
    {
        await using var host = await StartAsync<EveryFiveMinutes>();
        await TurnUntilAsync(2, TimeSpan.FromSeconds(10));

        var (first, second) = (_runs.All[0], _runs.All[1]);
        Assert.InRange(first.At, At(10, 5), At(10, 10).AddTicks(-1));
        Assert.Equal(At(10, 5), first.Status!.Next);
        Assert.Equal(default, first.Status.Last);
        Assert.InRange(second.At, At(10, 10), At(10, 15).AddTicks(-1));
        Assert.Equal(At(10, 10), second.Status!.Next);
        Assert.Equal(first.At, second.Status.Last);
        Assert.DoesNotContain(_runs.All, r => r.IsPastDue);
    }

    [Fact]
    public async Task Run_IntervalInASettingAndUnderAMinute_HasNoStatus()
    {
        await using var host = await StartAsync<EveryTwoSeconds>();
        await TurnUntilAsync(3, TimeSpan.FromSeconds(1));

        Assert.All(_runs.All, r => Assert.Null(r.Status));
        Assert.Equal("00:00:02", Assert.Single(host.Host.Functions).Detail);
    }

    [Fact]
    public async Task Start_RunOnStartup_RunsAtOnceAndIsNotPastDue()
    {
        await using var host = await StartAsync<AtStart>();
        await Eventually.TrueAsync(() => _runs.All.Count == 1);
        Assert.False(_runs.All[0].IsPastDue);
    }

    [Fact]
    public async Task Start_AfterAMissedRun_MakesUpOnceAsPastDue()
    {
        await using (await StartAsync<EveryFiveMinutes>())
        {
        }

        _time.Advance(TimeSpan.FromHours(1));
        await using var host = await StartAsync<EveryFiveMinutes>();
        await Eventually.TrueAsync(() => _runs.All.Count > 0);

        var run = Assert.Single(_runs.All);
        Assert.True(run.IsPastDue);
        Assert.Equal(At(10, 5), run.Status!.Next);
        await TurnUntilAsync(2, TimeSpan.FromSeconds(10));
        Assert.False(_runs.All[1].IsPastDue);
    }

    [Fact]
    public async Task Start_BeforeTheNextRun_WaitsForIt()
    {
        await using (await StartAsync<EveryFiveMinutes>())
        {
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        await using var host = await StartAsync<EveryFiveMinutes>();
        await TurnUntilAsync(1, TimeSpan.FromSeconds(10));
        Assert.False(_runs.All[0].IsPastDue);
        Assert.InRange(_runs.All[0].At, At(10, 5), At(10, 10).AddTicks(-1));
    }

    [Fact]
    public async Task Start_UnmonitoredAndMissed_DoesNotMakeUp()
    {
        await using (await StartAsync<Unmonitored>())
        {
        }

        _time.Advance(TimeSpan.FromHours(5));
        await using var host = await StartAsync<Unmonitored>();
        await TurnUntilAsync(1, TimeSpan.FromMinutes(1));
        Assert.False(_runs.All[0].IsPastDue);
        Assert.True(_runs.All[0].At >= Start.UtcDateTime.AddHours(6));
    }

    [Fact]
    public async Task Run_LongerThanItsSchedule_NeverOverlapsAndMakesUpOnce()
    {
        _runs.Hold = new TaskCompletionSource();
        await using var host = await StartAsync<EveryFiveMinutes>();
        await TurnUntilAsync(1, TimeSpan.FromSeconds(10));
        for (var i = 0; i < 20; i++) _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(_runs.All);

        _runs.Hold.SetResult();
        await Eventually.TrueAsync(() => _runs.All.Count > 1);
        Assert.False(_runs.Overlapped);
        Assert.Equal(2, _runs.All.Count);
    }

    [Fact]
    public async Task Run_FunctionThrows_IsLoggedOnceAndTheScheduleGoesOn()
    {
        await using var host = await StartAsync<Failing>();
        await TurnUntilAsync(2, TimeSpan.FromSeconds(10));
        Assert.InRange(host.Logs.Lines.Count(l => l.Level >= LogLevel.Warning), 1, 2);
        Assert.All(host.Logs.Lines.Where(l => l.Level >= LogLevel.Warning), l => Assert.Equal("Function.Failing", l.Category));
    }

    [Fact]
    public async Task Stop_RunInFlight_WaitsForIt()
    {
        _runs.Hold = new TaskCompletionSource();
        await using var host = await StartAsync<EveryFiveMinutes>();
        await TurnUntilAsync(1, TimeSpan.FromSeconds(10));

        var stop = host.Host.StopAsync();
        Assert.False(stop.IsCompleted);
        _runs.Hold.SetResult();
        await stop;
    }
}
