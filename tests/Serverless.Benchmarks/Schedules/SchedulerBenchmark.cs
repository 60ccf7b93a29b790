using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Storage;
using Serverless.Schedules;
using Serverless.Schedules.Running;
using Serverless.Storage;

namespace Serverless.Benchmarks.Schedules;

/// <summary>Measures a look at many schedules while none is due, and when all are due at once; what they start does nothing.</summary>
internal static class SchedulerBenchmark
{
    private const int Few = 100;

    public static CommandSyntax Syntax { get; } = new("schedules", "Measures a look at many schedules: none due, all due.", [],
    [
        new("--schedules", "N", "Schedules; 10,000 unless given. Beside them, a hundred."),
        new("--rounds", "N", "Looks, whose medians count; 9 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var many = arguments.GetInteger("--schedules", Few, 1_000_000) ?? 10_000;
        var rounds = arguments.GetInteger("--rounds", 1, 1_000) ?? 9;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("schedules-");
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                folder.FullName, new Progress<string>(), TimeProvider.System, cancellationToken);
            var tables = new TableServiceClient(azurite.ConnectionString);
            // The first of all is the compiler's.
            await MeasureAsync(tables, 1, rounds, cancellationToken);
            var few = await MeasureAsync(tables, Few, rounds, cancellationToken);
            var lot = await MeasureAsync(tables, many, rounds, cancellationToken);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{lot.Idle / few.Idle,10:0.0} times as long a look at {(double)many / Few:0} times as many schedules, none due"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(double Idle, double PerSecond)> MeasureAsync(
        TableServiceClient tables, int count, int rounds, CancellationToken cancellationToken)
    {
        var time = new TurnedClock { Now = new DateTimeOffset(2026, 1, 1, 0, 30, 0, TimeSpan.Zero) };
        var store = new ScheduleStore(new LazyTable(tables, string.Create(CultureInfo.InvariantCulture, $"Schedules{count}")), time);
        var definition = new ScheduleDefinition { Cron = "0 * * * *", Task = "bench.noop", Overlap = OverlapRule.Allow };
        await Parallel.ForAsync(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var schedule = new Schedule($"s{i}", definition, new ScheduleState(), time.GetUtcNow(), time.GetUtcNow());
            await store.TrySaveAsync(ScheduleSteps.Redefine(schedule, definition, time.GetUtcNow(), time.GetUtcNow()), token);
        });

        var target = new NoOpTarget();
        var settings = Options.Create(new ScheduleSettings { Ahead = TimeSpan.Zero });
        var scheduler = new Scheduler(
            store, new ScheduleTargets([target]), new ScheduleWatch(
                settings, time), settings, time, new NeverStopping(), NullLogger<Scheduler>.Instance);
        var idle = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var took = await TimeAsync();
            if (round > 0) idle.Add(took);
        }

        time.Now += TimeSpan.FromMinutes(30);
        var started = await TimeAsync();
        if (target.Started != count) throw new InvalidOperationException($"{target.Started} of {count} schedules started.");
        var median = idle.Order().ElementAt(idle.Count / 2);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count,10:N0} schedules: {median * 1000,7:0.0} ms a look with none due; all due: {started:0.0} s, {count / started:N0} " +
                $"started a second"));
        return (median, count / started);

        async Task<double> TimeAsync()
        {
            var watch = Stopwatch.StartNew();
            await scheduler.RunAsync(null!, cancellationToken);
            return watch.Elapsed.TotalSeconds;
        }
    }

    private sealed class NoOpTarget : IScheduleTarget
    {
        private int _started;

        public int Started => _started;

        public bool IsOf(ScheduleDefinition definition) => true;

        public Task CheckAsync(ScheduleDefinition definition, ValidationErrors faults, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task StartAsync(DurableTaskClient client, ScheduleDefinition definition, string runId, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _started);
            return Task.CompletedTask;
        }

        public Task<bool> IsActiveAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken) =>
            Task.FromResult(false);

        public string PathOf(string runId) => runId;
    }

    private sealed class NeverStopping : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }

    private sealed class TurnedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
