using System.Globalization;
using Serverless.Local.CommandLine;

namespace Serverless.Benchmarks.Scale;

/// <summary>
/// Counts what the app asks of broker and storage at small scale, holds that against a line through two smaller counts, and simulates
/// with it what Azure's documented limits make of much more.
/// </summary>
internal static class ScaleBenchmark
{
    private const double Near = 0.05;

    public static CommandSyntax Syntax { get; } = new(
        "azure", "Simulates 10 million tasks, 1 TB of CSV and 100,000 workflows on Azure's documented limits.", [],
    [
        new("--task-seconds", "S", "How long a task works, in tenths of a second; 1 unless given."),
        new("--range-seconds", "S", "How long 32 MiB of CSV take a core, in tenths of a second; 10 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var task = (arguments.GetInteger("--task-seconds", 1, 10_000) ?? 1) / 10.0;
        var range = (arguments.GetInteger("--range-seconds", 1, 10_000) ?? 10) / 10.0;
        arguments.Check();

        UnitCost tasks, ranges, workflows;
        await using (var runs = await SmallRuns.StartAsync(cancellationToken))
        {
            // What is made at its first use is made by then.
            await runs.TasksAsync(2, cancellationToken);
            await runs.CsvAsync(1, cancellationToken);
            tasks = await FitAsync("tasks", runs.TasksAsync, 10, 20, 60, cancellationToken);

            // Files over a MiB, as any of several ranges is that is not cut for a count: a smaller one is read whole for its schema, in
            // pieces that grow with it, a larger one at its beginning and at spots (SchemaSampler).
            ranges = await FitAsync("ranges of a CSV file", runs.CsvAsync, 18, 24, 32, cancellationToken);
            workflows = await FitAsync("workflows of three steps", runs.WorkflowsAsync, 3, 6, 18, cancellationToken);
        }

        Console.WriteLine();
        Console.WriteLine($"{"",-44} {"took",9} {"a second",9} {"instances",9} {"dollars",9}  first throttle");
        foreach (var work in Work(tasks.PerUnit, ranges, workflows.PerUnit, task, range)) Show(Simulation.Run(work));
    }

    private static async Task<UnitCost> FitAsync(
        string what, Func<int, CancellationToken, Task<Operations>> count, int few, int more, int many, CancellationToken cancellationToken)
    {
        var cost = UnitCost.Through(
            (few, await count(few, cancellationToken)), (more, await count(more, cancellationToken)));
        var (foreseen, counted) = (cost.Of(many), await count(many, cancellationToken));
        foreach (var ((name, expected), (_, real)) in foreseen.All().Zip(counted.All()))
        {
            if (real == 0 && expected == 0) continue;
            var off = (expected - real) / Math.Max(1, real);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{many,3} {what,-26} {name,-18} {expected,8:0.0} foreseen {real,8:0} counted {off,7:+0.0%;-0.0%;0.0%}" +
                $"{(Math.Abs(off) > Near ? "  MORE THAN 5 % OFF" : "")}"));
        }

        return cost;
    }

    private static IEnumerable<Workload> Work(Operations task, UnitCost range, Operations workflow, double taskSeconds, double rangeSeconds)
    {
        // Tasks that end together share transactions: at full load a round of a hundred rows is eight.
        var together = task with { Tables = task.Tables * Limits.TaskPartitions / 100 };
        yield return Tasks("10 M tasks, Standard, each by itself", task, taskSeconds, Limits.StandardBroker);
        yield return Tasks("10 M tasks, Standard, together", together, taskSeconds, Limits.StandardBroker);
        yield return Tasks("10 M tasks, Premium, each by itself", task, taskSeconds, double.PositiveInfinity);
        yield return Tasks("10 M tasks, Premium, together", together, taskSeconds, double.PositiveInfinity);

        // Files of 1 GiB in 32 ranges; Durable Functions ask for 15 queue and 3.6 table operations a range (counted on the real host).
        const int ofFile = 32;
        const double queue = 15, table = 3.6;
        var each = range.PerUnit + (range.Fixed * (1.0 / ofFile));
        yield return new Workload("1 TB of CSV in 1,024 files", 1_024 * ofFile, rangeSeconds, 2, [
            .. Storage(each with { Tables = each.Tables + table }),
            new Resource("control queues", Limits.StorageQueue * Limits.HubPartitions, queue),
        ], Dollars(each with { Tables = each.Tables + table }, queue));

        // Each step is an activity as a range is.
        const int steps = SmallRuns.Steps;
        yield return new Workload("100,000 workflows of three steps", 100_000, 0.1 * steps, 8, [
            .. Storage(workflow with { Tables = workflow.Tables + (table * steps) }),
            new Resource("control queues", Limits.StorageQueue * Limits.HubPartitions, queue * steps),
        ], Dollars(workflow with { Tables = workflow.Tables + (table * steps) }, queue * steps));
    }

    private static Workload Tasks(string name, Operations task, double seconds, double broker) => new(name, 10_000_000, seconds, 20, [
        new Resource("namespace", broker, task.Broker), .. Storage(task),

        // Two rows a task, in one of eight partitions.
        new Resource("partition of TaskStates", Limits.TablePartition, 2.0 / Limits.TaskPartitions),
    ], Dollars(task, 0));

    private static IEnumerable<Resource> Storage(Operations each) =>
        [new Resource("storage account", Limits.AccountRequests, each.Tables + each.BlobWrites + each.BlobReads)];

    private static double Dollars(Operations each, double queue) => ((each.Broker * Prices.BrokerMillion)
        + (each.Tables * Prices.TableMillion) + (each.BlobWrites * Prices.BlobWriteMillion) + (each.BlobReads * Prices.BlobReadMillion)
        + (queue * Prices.QueueMillion)) / 1e6;

    private static void Show(SimulationResult result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Workload.Name,-44} {TimeSpan.FromSeconds(result.Seconds),9:g} {result.PerSecond,9:N0} {result.Instances,9} " +
        $"{result.Dollars,9:0.00}  {(result.Throttle is { } t ? $"{t.Resource.Name} after {t.Second} s" : "none")}"));
}
