using System.Globalization;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Preview;
using Serverless.Local.CommandLine;
using Serverless.Local.Planning;
using Serverless.TestSupport.Scale;

namespace Serverless.Benchmarks.Scale;

/// <summary>
/// Counts what the app asks of broker and storage at small scale, holds that against the figures of <see cref="AzureOperations"/>, and
/// simulates with these what Azure's documented limits make of much more.
/// </summary>
internal static class ScaleBenchmark
{
    private const decimal Near = 0.05m;
    private const int Steps = 3;
    private const int RangeBytes = 32 << 20;

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

        await using (var runs = await SmallRuns.StartAsync(cancellationToken))
        {
            // What is made at its first use is made by then.
            await runs.TasksAsync(2, cancellationToken);
            await runs.CsvAsync(1, cancellationToken);
            Compare("60 tasks", AzureOperations.OfTask * 60, await runs.TasksAsync(60, cancellationToken));
            foreach (var ranges in (int[])[18, 36, 54])
            {
                var (counted, forecast) = await runs.CsvAsync(ranges, cancellationToken);
                Compare($"{ranges} ranges of a CSV file", AzureOperations.OfCsv(forecast), counted);
            }

            var workflows = await runs.WorkflowsAsync(18, Steps, cancellationToken);
            Compare($"18 workflows of {Steps} steps", AzureOperations.OfRun(Steps) * 18, workflows);
        }

        Console.WriteLine();
        Console.WriteLine($"{"",-46} {"took",9} {"a second",9} {"instances",9} {"dollars",9}  first throttle");
        foreach (var work in Work(task, range)) Show(Simulation.Run(work));
    }

    private static void Compare(string what, AzureOperations figures, AzureOperations counted)
    {
        foreach (var ((name, expected), (_, real)) in figures.List().Zip(counted.List()))
        {
            if (real == 0 && expected == 0) continue;
            var off = (expected - real) / Math.Max(1, real);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what,-30} {name,-18} {expected,8:0} reckoned {real,8:0} counted {off,7:+0.0%;-0.0%;0.0%}" +
                $"{(Math.Abs(off) > Near ? "  MORE THAN 5 % OFF" : "")}"));
        }
    }

    private static IEnumerable<Workload> Work(double taskSeconds, double rangeSeconds)
    {
        // Tasks that end together share transactions: at full load a round of a hundred rows is eight.
        var task = AzureOperations.OfTask;
        var together = task with { Tables = task.Tables * Limits.TaskPartitions / 100 };
        yield return Tasks("10 M tasks, Standard, each by itself", task, taskSeconds, Limits.StandardBroker);
        yield return Tasks("10 M tasks, Standard, together", together, taskSeconds, Limits.StandardBroker);
        yield return Tasks("10 M tasks, Premium, each by itself", task, taskSeconds, double.PositiveInfinity);
        yield return Tasks("10 M tasks, Premium, together", together, taskSeconds, double.PositiveInfinity);

        // Files of 1 GiB in 32 ranges.
        var file = CsvForecast.Of(
            new CsvForecastBasis(1L << 30, false, 1L << 30, 0, new CsvJobOptions(ChunkBytes: RangeBytes), new(RangeBytes / rangeSeconds)),
            new CsvSettings());
        var range = AzureOperations.OfCsv(file) * (1m / file.Ranges);
        foreach (var accounts in (int[])[1, 4])
        {
            yield return new Workload(
                $"1 TB of CSV in 1,024 files, {accounts} data account{(accounts == 1 ? "" : "s")}", 1_024 * file.Ranges, rangeSeconds, 2,
                [
                    .. Storage(range, 1, accounts), Queues(1),
                    new Resource("first account's egress", Limits.AccountEgress, RangeBytes),
                    new Resource("data accounts' ingress", Limits.AccountIngress * accounts, RangeBytes),
                ], Dollars(range, 1));
        }

        // Each step is an activity as a range is.
        var run = AzureOperations.OfRun(Steps);
        yield return new Workload(
            "100,000 workflows of three steps", 100_000, 0.1 * Steps, 8, [.. Storage(run, Steps), Queues(Steps)], Dollars(run, Steps));
    }

    private static Workload Tasks(string name, AzureOperations task, double seconds, double broker) =>
        new(name, 10_000_000, seconds, 20, [
            new Resource("namespace", broker, (double)task.Broker), .. Storage(task, 0),

            // Two rows a task, in one of eight partitions.
            new Resource("partition of TaskStates", Limits.TablePartition, 2.0 / Limits.TaskPartitions),
        ], Dollars(task, 0));

    // What Durable Functions ask for an activity was counted on the real host. Reads are of the input, which lies in the first account.
    private static IEnumerable<Resource> Storage(AzureOperations each, int activities, int accounts = 1)
    {
        var further = (each.BlobWrites + each.BlobDeletes) * (accounts - 1) / accounts;
        yield return new Resource(
            "storage account", Limits.AccountRequests,
            (double)(each.Storage - further + (activities * AzureCost.TableRequestsOfRange)));
    }

    private static Resource Queues(int activities) =>
        new("control queues", Limits.StorageQueue * Limits.HubPartitions, activities * (double)AzureCost.QueueOperationsOfRange);

    private static double Dollars(AzureOperations each, int activities) => (double)(each.Dollars
        + (activities * AzureCost.TableRequestsOfRange * AzurePrices.MillionTableRequests / 1_000_000m)
        + (activities * AzureCost.QueueOperationsOfRange * AzurePrices.MillionQueueOperations / 1_000_000m));

    private static void Show(SimulationResult result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Workload.Name,-46} {TimeSpan.FromSeconds(result.Seconds),9:g} {result.PerSecond,9:N0} {result.Instances,9} " +
        $"{result.Dollars,9:0.00}  {(result.Throttle is { } t ? $"{t.Resource.Name} after {t.Second} s" : "none")}"));
}
