using System.Diagnostics;
using System.Globalization;
using Serverless.Local.CommandLine;
using Serverless.Tasks.Limits;
using Serverless.TestSupport.Limits;

namespace Serverless.Benchmarks.Tasks;

/// <summary>Limits by key on virtual time: whether any is passed, and what a noisy neighbour costs the others.</summary>
internal static class LimitBenchmark
{
    private const int Sessions = 8;
    private const int Slots = 5;
    private const int NoisyKey = 0;
    private const int Seed = 17;
    private static readonly Rate PerMinute = new(60, TimeSpan.FromMinutes(1));

    public static CommandSyntax Syntax { get; } = new(
        "limits", "Simulates limits of tasks by key over many instances, on virtual time.", [],
        [
            new("--instances", "N", "1,000 unless given."),
            new("--keys", "N", "10,000 unless given."),
            new("--tasks", "N", "Tasks of each key within ten minutes; 20 unless given."),
            new("--noisy", "N", "Tasks that one key sends at once beside the others; 100,000 unless given."),
        ]);

    public static Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var instances = arguments.GetInteger("--instances", 1, 10_000) ?? 1_000;
        var keys = arguments.GetInteger("--keys", 2, 1_000_000) ?? 10_000;
        var tasks = arguments.GetInteger("--tasks", 1, 10_000) ?? 20;
        var noisy = arguments.GetInteger("--noisy", 1, 10_000_000) ?? 100_000;
        arguments.Check();

        var watch = Stopwatch.StartNew();
        foreach (var burst in (int[])[1, 10])
        {
            var (quiet, _) = SimulateRate(instances, keys, tasks, 0, burst);
            var (loud, passed) = SimulateRate(instances, keys, tasks, noisy / 10, burst);
            Show($"rate {PerMinute}, burst {burst}", quiet, loud, passed);
        }

        var (calm, _) = SimulateSlots(instances, keys, tasks, 0);
        var (crowded, over) = SimulateSlots(instances, keys, tasks, noisy);
        Show($"concurrency {Slots}, instances dying", calm, crowded, over);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds,10:0.0} s for the whole"));
        return Task.CompletedTask;
    }

    private static (TimeSpan P99, int Passed) SimulateRate(int instances, int keys, int tasks, int noisy, int burst)
    {
        var simulation = new RateSimulation(instances, keys, new RatePace(PerMinute, burst, weight: 1), new Random(Seed));
        var random = new Random(Seed + 1);
        for (var key = 1; key < keys; key++)
        {
            for (var i = 0; i < tasks; i++) simulation.Send(key, TimeSpan.FromMinutes(10 * random.NextDouble()));
        }

        for (var i = 0; i < noisy; i++) simulation.Send(NoisyKey, TimeSpan.FromSeconds(5 * random.NextDouble()));
        simulation.Run();
        return (OfOthers(simulation.Waits), simulation.Starts.Sum(starts => CountPassed(starts, burst)));
    }

    private static int CountPassed(List<long> starts, int burst)
    {
        starts.Sort();
        var most = PerMinute.Count + burst - 1;
        return Enumerable.Range(0, Math.Max(0, starts.Count - most)).Count(i => starts[i + most] - starts[i] < PerMinute.Per.Ticks);
    }

    private static (TimeSpan P99, int Passed) SimulateSlots(int instances, int keys, int tasks, int noisy)
    {
        var simulation = new SlotSimulation(instances, Sessions, keys, Slots, new Random(Seed));
        var random = new Random(Seed + 1);
        for (var key = 1; key < keys; key++)
        {
            for (var i = 0; i < tasks; i++)
                simulation.Send(key, TimeSpan.FromMinutes(10 * random.NextDouble()), TimeSpan.FromSeconds(20 * random.NextDouble()));
        }

        for (var i = 0; i < noisy; i++)
            simulation.Send(NoisyKey, TimeSpan.FromSeconds(random.NextDouble()), TimeSpan.FromMilliseconds(random.Next(100, 1_000)));
        for (var kill = 0; kill < 100; kill++) simulation.Kill(TimeSpan.FromSeconds(6 * kill), random.Next(instances));
        simulation.Run();
        var over = Enumerable.Range(0, keys).Count(key => simulation.CountMostAtOnce(key, TimeSpan.Zero, TimeSpan.MaxValue) > Slots);
        return (OfOthers(simulation.Waits), over);
    }

    private static TimeSpan OfOthers(List<long>[] waits) => Percentiles.Of(waits.Skip(1).SelectMany(w => w), 0.99);

    private static void Show(string what, TimeSpan quiet, TimeSpan noisy, int passed) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-36} passed {passed} times; p99 of the others {quiet.TotalMilliseconds:0} ms, with a noisy neighbour " +
        $"{noisy.TotalMilliseconds:0} ms ({(noisy / quiet) - 1:+0.0%;-0.0%})"));
}
