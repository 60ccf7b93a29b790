using System.Diagnostics;
using System.Globalization;
using Microsoft.DurableTask;
using Serverless.Local.CommandLine;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Sqlite;

namespace Serverless.Benchmarks.Durable;

/// <summary>The activities a second that the local engine runs, every one durable: in a fan-out, and one after the other.</summary>
internal static class DurableThroughput
{
    public static CommandSyntax Syntax { get; } = new(
        "durable", "Measures the durable engine with activities that do nothing; the best of several rounds.", [],
    [
        new("--activities", "N", "Activities of the fan-out; 1,000 unless given."),
        new("--steps", "N", "Activities one after the other, in one orchestration; 200 unless given."),
        new("--instances", "N", "Orchestrations of one activity each; 2,000 unless given."),
        new("--rounds", "N", "Rounds; 5 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var activities = arguments.GetInteger("--activities", 1, 100_000) ?? 1_000;
        var steps = arguments.GetInteger("--steps", 1, 100_000) ?? 200;
        var instances = arguments.GetInteger("--instances", 1, 1_000_000) ?? 2_000;
        var rounds = arguments.GetInteger("--rounds", 1, 1_000) ?? 5;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("durable-");
        try
        {
            await using var store = SqliteStore.Open(Path.Combine(folder.FullName, "durable.db"));
            await using var engine = new DurableEngine(new Functions(), new DurableEngineOptions(store));
            await engine.StartAsync(cancellationToken);

            await MeasureAsync(
                $"activities/s, fan-out of {activities:N0}", activities, rounds, () => RunOneAsync(engine, "FanOut", activities));
            await MeasureAsync($"steps/s, {steps:N0} one after the other", steps, rounds, () => RunOneAsync(engine, "Chain", steps));
            await MeasureAsync($"orchestrations/s, {instances:N0} of one activity each", instances, rounds, () =>
                Task.WhenAll(Enumerable.Range(0, instances).Select(_ => RunOneAsync(engine, "Chain", 1))));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunOneAsync(DurableEngine engine, string name, int input)
    {
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync(name, input);
        var end = await engine.Client.WaitForInstanceCompletionAsync(id);
        if (end.FailureDetails is { } failure) throw new InvalidOperationException($"The {name} orchestration failed: {failure}");
    }

    private static async Task MeasureAsync(string what, int count, int rounds, Func<Task> work)
    {
        var rates = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await work();
            rates.Add(count / watch.Elapsed.TotalSeconds);
        }

        rates.Sort();
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{rates[^1],10:N0} {what} (median {rates[rates.Count / 2]:N0}, {rounds} rounds)"));
    }

    private sealed class Functions : IDurableFunctions
    {
        public Func<TaskOrchestrationContext, Task<object?>>? FindOrchestrator(string name) => name switch
        {
            nameof(FanOut) => FanOut,
            nameof(Chain) => Chain,
            _ => null,
        };

        public Func<ActivityCall, CancellationToken, Task<object?>>? FindActivity(string name) => (_, _) => Task.FromResult<object?>(1);

        private static async Task<object?> FanOut(TaskOrchestrationContext c)
        {
            await Task.WhenAll(Enumerable.Range(0, c.GetInput<int>()).Select(i => c.CallActivityAsync<int>("Nothing", i)));
            return null;
        }

        private static async Task<object?> Chain(TaskOrchestrationContext c)
        {
            for (var i = 0; i < c.GetInput<int>(); i++) await c.CallActivityAsync<int>("Nothing", i);
            return null;
        }
    }
}
