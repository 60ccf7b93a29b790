using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.CommandLine;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.TestSupport.Limits;
using Serverless.TestSupport.Scale;

namespace Serverless.Benchmarks.Tasks;

/// <summary>
/// The price of a flooded priority lane for the other lanes: the time from a send to the end of its task, on the local host.
/// </summary>
internal static class LaneBenchmark
{
    private const string Queue = "email";
    private const int High = 9;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    public static CommandSyntax Syntax { get; } = new(
        "lanes", "Measures what a flooded priority lane costs the tasks of the other lanes on the local host.", [],
        [
            new("--flood", "N", "Tasks in the flooded lane; 5,000 unless given."),
            new("--work", "MS", "How long each of them takes; 20 unless given."),
            new("--tasks", "N", "Tasks sent one after the other to another lane; 200 unless given."),
        ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var flood = arguments.GetInteger("--flood", 1, 1_000_000) ?? 5_000;
        var work = arguments.GetInteger("--work", 0, 60_000) ?? 20;
        var tasks = arguments.GetInteger("--tasks", 1, 100_000) ?? 200;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("lanes-");
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder.FullName, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            await using var queues = await LocalQueues.StartAsync(
                Path.Combine(folder.FullName, "host"), TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
            await using var host = await StartAsync(folder, azurite, queues);
            var client = host.Services.GetRequiredService<ITaskClient>();

            await MeasureAsync(client, tasks, cancellationToken);
            var quiet = await MeasureAsync(client, tasks, cancellationToken);
            await FloodAsync(client, flood, work, cancellationToken);
            var flooded = await MeasureAsync(client, tasks, cancellationToken);
            Show("p50", quiet, flooded, 0.5);
            Show("p99", quiet, flooded, 0.99);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<LocalFunctionsHost> StartAsync(DirectoryInfo folder, AzuriteProcess azurite, LocalQueues queues) =>
        LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes = [typeof(QueueFunctions), typeof(LongTask)],
            DataDirectory = Path.Combine(folder.FullName, "host"),
            Port = 0,
            Settings = new Dictionary<string, string?>(queues.Settings) { ["AzureWebJobsStorage"] = azurite.ConnectionString },
            ConfigureServices = (services, configuration) =>
            {
                services.AddServerless(configuration);
                services.AddSingleton(TaskRegistry.Discover([typeof(NoOpTask)]));
            },
        });

    private static async Task FloodAsync(ITaskClient client, int flood, int work, CancellationToken cancellationToken)
    {
        var options = new SendOptions { Queue = Queue, Priority = High, IgnoreResult = true };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, flood), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken },
            async (number, token) => await client.SendAsync("bench.noop", new NoOpTask.Args(number, work), options, token));
    }

    private static async Task<List<long>> MeasureAsync(ITaskClient client, int tasks, CancellationToken cancellationToken)
    {
        var waits = new List<long>();
        for (var number = 0; number < tasks; number++)
        {
            var watch = Stopwatch.StartNew();
            var id = await client.SendAsync("bench.noop", new NoOpTask.Args(number), new SendOptions { Queue = Queue }, cancellationToken);
            while (await client.GetAsync(id, cancellationToken) is not { IsFinal: true })
                await Task.Delay(Poll, TimeProvider.System, cancellationToken);
            waits.Add(watch.Elapsed.Ticks);
        }

        return waits;
    }

    private static void Show(string what, IEnumerable<long> quiet, IEnumerable<long> flooded, double share)
    {
        var (before, after) = (Percentiles.Of(quiet, share), Percentiles.Of(flooded, share));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,4} of the normal lane {before.TotalMilliseconds:0.0} ms, beside a flooded high lane " +
            $"{after.TotalMilliseconds:0.0} ms ({after / before:0.0} times)"));
    }
}
