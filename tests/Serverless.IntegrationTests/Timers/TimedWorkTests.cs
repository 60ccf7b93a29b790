using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.Timers;

namespace Serverless.IntegrationTests.Timers;

/// <summary>The clock that calls what is due, on a table of its own in each test.</summary>
public sealed class TimedWorkTests : IClassFixture<AzuriteFixture>, IDisposable
{
    private static int _tests;

    private readonly string _table = $"Timers{Interlocked.Increment(ref _tests)}";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly AzuriteFixture _azurite;
    private readonly LoggerFactory _logging = new();
    private readonly CollectedLogs _logs = new();

    public TimedWorkTests(AzuriteFixture azurite)
    {
        _azurite = azurite;
        _logging.AddProvider(_logs);
    }

    public void Dispose() => _logging.Dispose();

    [Fact]
    public async Task Look_EachMinute_RunsEachWorkAtItsOwnTimes()
    {
        var (minute, hour) = (new ScriptedWork("Minute", _time), new ScriptedWork("Hour", _time));
        var sut = Start([minute, hour]);

        for (var i = 0; i <= 125; i++)
        {
            await sut.RunDueAsync(null!, default);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(126, minute.Runs.Count);
        Assert.Equal(["13:00:00", "14:00:00"], hour.Times);
    }

    /// <summary>A clock that looks a moment early or late leaves nothing out and does nothing twice.</summary>
    [Fact]
    public async Task Look_ALittleEarlyOrLate_RunsOnceForEachTime()
    {
        var minute = new ScriptedWork("Minute", _time);
        var sut = Start([minute]);

        foreach (var milliseconds in (int[])[0, 59_990, 60_000, 60_700, 59_300, 60_000])
        {
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            await sut.RunDueAsync(null!, default);
        }

        Assert.Equal(6, minute.Runs.Count);
    }

    [Fact]
    public async Task Restart_WhileItsHourIsDone_RepeatsNothing_AndMakesUpForWhatWasMissed()
    {
        var hour = new ScriptedWork("Hour", _time);
        await Start([hour]).RunDueAsync(null!, default);
        await AdvanceToAsync("13:00", Start([hour]));

        await AdvanceToAsync("13:05", Start([hour]));
        Assert.Equal(["13:00:00"], hour.Times);

        // Nobody was there at 14:00 and 15:00: one run makes up for both.
        await AdvanceToAsync("15:20", Start([hour]));
        await AdvanceToAsync("15:21", Start([hour]));
        await AdvanceToAsync("16:00", Start([hour]));

        Assert.Equal(["13:00:00", "15:20:00", "16:00:00"], hour.Times);
    }

    [Fact]
    public async Task Work_ThatThrows_IsToldByItsName_AndLetsTheOthersRun()
    {
        var durations = new List<(string? Work, string? Error)>();
        using var listener = Listen(durations);
        var broken = new ScriptedWork("Minute", _time, _ => throw new InvalidOperationException("It is broken."));
        var hour = new ScriptedWork("Hour", _time);
        var sut = Start([broken, hour]);
        await sut.RunDueAsync(null!, default);
        await AdvanceToAsync("13:00", sut);

        Assert.Equal(["13:00:00"], hour.Times);
        Assert.Equal(2, broken.Runs.Count);
        Assert.All(
            _logs.Lines.Where(l => l.Level == LogLevel.Error),
            l => Assert.StartsWith("Minute failed", l.Message, StringComparison.Ordinal));
        var degraded = await CheckAsync([broken, hour]);
        Assert.Equal(
            (HealthStatus.Degraded, "Minute failed at 2026-01-31 13:00:00Z: It is broken."), (degraded.Status, degraded.Description));
        lock (durations)
        {
            Assert.Equal(2, durations.Count(d => d == ("Minute", nameof(InvalidOperationException))));
            Assert.Contains(("Hour", null), durations);
        }

        broken.Does = null;
        await AdvanceToAsync("13:01", sut);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync([broken, hour])).Status);
    }

    /// <summary>It blocks its thread, and does not listen.</summary>
    [Fact]
    public async Task Work_ThatBlocks_IsLeftToItself_AndNotStartedAgainMeanwhile()
    {
        using var free = new ManualResetEventSlim();
        var blocked = new ScriptedWork("Minute", _time, _ =>
        {
            free.Wait(CancellationToken.None);
            return Task.CompletedTask;
        });
        var other = new ScriptedWork("Other", _time);
        var sut = Start([blocked, other]);

        await LookAsync(sut);
        await LookAsync(sut);
        await LookAsync(sut);

        Assert.Single(blocked.Runs);
        Assert.Equal(3, other.Runs.Count);
        Assert.Single(_logs.Lines, l => l.Message.StartsWith("Minute was due while it still ran", StringComparison.Ordinal));

        free.Set();
        await LookAsync(sut);
        await Eventually.TrueAsync(async () =>
        {
            await LookAsync(sut);
            return blocked.Runs.Count > 1;
        });
    }

    [Fact]
    public async Task Work_OverItsLimit_IsCancelled_AndRunsAgain()
    {
        var isCancelled = false;
        var slow = new ScriptedWork("Minute", _time, token =>
        {
            token.Register(() => isCancelled = true);
            return Task.Delay(Timeout.InfiniteTimeSpan, token);
        })
        { Limit = TimeSpan.FromSeconds(90) };
        var sut = Start([slow]);

        var look = sut.RunDueAsync(null!, default);
        await Eventually.TrueAsync(() =>
        {
            // No further than to its limit: a minute later it would be given up.
            if (!isCancelled) _time.Advance(TimeSpan.FromSeconds(1));
            return isCancelled;
        });
        await look;

        await Eventually.TrueAsync(async () =>
            (await CheckAsync([slow])).Description?.Contains("longer than 00:01:30", StringComparison.Ordinal) == true);
        Assert.Contains(_logs.Lines, l => l.Message.StartsWith("Minute was cancelled after its limit", StringComparison.Ordinal));
        slow.Does = null;
        await Eventually.TrueAsync(async () =>
        {
            await LookAsync(sut);
            return slow.Runs.Count > 1;
        });
    }

    [Fact]
    public async Task Work_ThatIgnoresItsCancellation_IsGivenUp_AndStartedAnew()
    {
        var never = new TaskCompletionSource();
        var deaf = new ScriptedWork("Minute", _time, _ => never.Task) { Limit = TimeSpan.FromSeconds(90) };
        var sut = Start([deaf]);

        await Eventually.TrueAsync(async () =>
        {
            await LookAsync(sut);
            return deaf.Runs.Count > 1;
        });

        Assert.Contains(_logs.Lines, l => l.Message.StartsWith("Minute did not listen", StringComparison.Ordinal));
        never.SetResult();
    }

    [Fact]
    public async Task Host_ThatStops_CancelsWhatRuns_AndTheNextStartMakesUpForIt()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hour = new ScriptedWork("Hour", _time);
        await Start([hour]).RunDueAsync(null!, default);
        hour.Does = token =>
        {
            started.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        _time.Advance(TimeSpan.FromHours(1));
        var look = Start([hour], lifetime).RunDueAsync(null!, default);
        await started.Task;

        lifetime.StopApplication();
        await look;
        hour.Does = null;
        await AdvanceToAsync("13:10", Start([hour]));

        Assert.Equal(["13:00:00", "13:10:00"], hour.Times);
    }

    [Fact]
    public async Task Storage_ThatIsAway_KeepsNobodyFromLookingAtHealth()
    {
        var (minute, hour) = (new ScriptedWork("Minute", _time), new ScriptedWork("Hour", _time));
        var options = new Azure.Data.Tables.TableClientOptions { Retry = { MaxRetries = 0 } };
        var away = new WorkStore(new LazyTable(new Azure.Data.Tables.TableServiceClient(
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;", options), "Timers"));

        await Start([minute, hour], store: away).RunDueAsync(null!, default);

        Assert.Single(minute.Runs);
        Assert.Empty(hour.Runs);
        Assert.Contains(_logs.Lines, l => l.Level == LogLevel.Warning && l.Exception is not null);
    }

    private static MeterListener Listen(List<(string? Work, string? Error)> durations)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == TimerTelemetry.Name) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(t => t.Key, t => t.Value as string);
            lock (durations) durations.Add((all["serverless.timer.name"], all.GetValueOrDefault("error.type")));
        });
        listener.Start();
        return listener;
    }

    private TimedWorkRunner Start(ITimedWork[] works, ApplicationLifetime? lifetime = null, WorkStore? store = null)
    {
        var settings = new ClockSettings
        {
            Schedules =
            {
                ["ClockSchedule"] = "0 * * * * *", ["MinuteSchedule"] = "0 * * * * *", ["OtherSchedule"] = "0 * * * * *",
                ["HourSchedule"] = "0 0 * * * *",
            },
        };
        return new TimedWorkRunner(
            works, Options.Create(settings), store ?? Store(),
            lifetime ?? new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), _time, _logging.CreateLogger<TimedWorkRunner>());
    }

    private WorkStore Store() => new(new LazyTable(_azurite.Tables, _table));

    private Task<HealthCheckResult> CheckAsync(ITimedWork[] works) => new TimersCheck(Store(), works).CheckHealthAsync(new());

    private async Task AdvanceToAsync(string clock, TimedWorkRunner sut)
    {
        _time.SetUtcNow(_time.GetUtcNow().Date + TimeSpan.Parse(clock, CultureInfo.InvariantCulture));
        await sut.RunDueAsync(null!, default);
    }

    // A look that waits ends before the next minute: the clock is turned to that, however far the look has come.
    private async Task LookAsync(TimedWorkRunner sut)
    {
        var next = _time.GetUtcNow().AddMinutes(1);
        next = next.AddTicks(-(next.Ticks % TimeSpan.TicksPerMinute));
        var look = sut.RunDueAsync(null!, default);
        await Eventually.TrueAsync(() =>
        {
            if (!look.IsCompleted && _time.GetUtcNow() < next) _time.Advance(TimeSpan.FromSeconds(1));
            return look.IsCompleted;
        });
        await look;
        if (_time.GetUtcNow() < next) _time.SetUtcNow(next);
    }
}
