using System.Globalization;
using Serverless.Benchmarks;
using Serverless.Benchmarks.Clean;
using Serverless.Benchmarks.Csv;
using Serverless.Benchmarks.Durable;
using Serverless.Benchmarks.Email;
using Serverless.Benchmarks.Hosting;
using Serverless.Benchmarks.Lists;
using Serverless.Benchmarks.Media;
using Serverless.Benchmarks.Orders;
using Serverless.Benchmarks.Profile;
using Serverless.Benchmarks.Queues;
using Serverless.Benchmarks.Scale;
using Serverless.Benchmarks.Schedules;
using Serverless.Benchmarks.Tasks;
using Serverless.Benchmarks.Workflows;
using Serverless.Local.CommandLine;

// Figures are written the same way on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Benchmark[] benchmarks =
[
    new(CleanOrders.Syntax, CleanOrders.RunAsync),
    new(GenerateOrders.Syntax, GenerateOrders.RunAsync),
    new(CsvBenchmark.Syntax, CsvBenchmark.RunAsync),
    new(CopyBenchmark.Syntax, CopyBenchmark.RunAsync),
    new(LoadBenchmark.Syntax, LoadBenchmark.RunAsync),
    new(MendBenchmark.Syntax, MendBenchmark.RunAsync),
    new(CoreBenchmark.Syntax, CoreBenchmark.RunAsync),
    new(ColdStart.Syntax, ColdStart.RunAsync),
    new(DurableThroughput.Syntax, DurableThroughput.RunAsync),
    new(ReplayBenchmark.Syntax, ReplayBenchmark.RunAsync),
    new(EmailThroughput.Syntax, EmailThroughput.RunAsync),
    new(QueueThroughput.Syntax, QueueThroughput.RunAsync),
    new(SchedulerBenchmark.Syntax, SchedulerBenchmark.RunAsync),
    new(RequeueThroughput.Syntax, RequeueThroughput.RunAsync),
    new(ListLatency.Syntax, ListLatency.RunAsync),
    new(TaskThroughput.Syntax, TaskThroughput.RunAsync),
    new(LimitBenchmark.Syntax, LimitBenchmark.RunAsync),
    new(LaneBenchmark.Syntax, LaneBenchmark.RunAsync),
    new(BatchBenchmark.Syntax, BatchBenchmark.RunAsync),
    new(CanvasBenchmark.Syntax, CanvasBenchmark.RunAsync),
    new(ParseBenchmark.Syntax, ParseBenchmark.RunAsync),
    new(ImageBenchmark.Syntax, ImageBenchmark.RunAsync),
    new(ProfileBenchmark.Syntax, ProfileBenchmark.RunAsync),
    new(ScaleBenchmark.Syntax, ScaleBenchmark.RunAsync),
];

var benchmark = args.Length == 0 ? null : Array.Find(benchmarks, known => known.Syntax.Name == args[0]);
if (benchmark is null)
{
    foreach (var known in benchmarks)
        Console.Error.WriteLine(
            $"{known.Syntax.FormatUsage("dotnet run -c Release --project tests/Serverless.Benchmarks --")}\n    {known.Syntax.Summary}");
    return 2;
}

using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupt.Cancel();
};

try
{
    await benchmark.RunAsync(new Arguments(benchmark.Syntax, args[1..]), interrupt.Token);
    return 0;
}
catch (UsageException usage)
{
    foreach (var fault in usage.Faults) Console.Error.WriteLine(fault);
    return 2;
}
