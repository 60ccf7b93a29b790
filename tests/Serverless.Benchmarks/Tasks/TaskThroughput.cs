using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Storage;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.TestSupport.Scale;

namespace Serverless.Benchmarks.Tasks;

/// <summary>
/// Tasks that do nothing, from the first send until the last state and result are stored, with and without the monitor in turn.
/// </summary>
internal static class TaskThroughput
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static CommandSyntax Syntax { get; } = new(
        "tasks", "Measures tasks a second on the local host: sent, run, state and result stored; and what the monitor costs.", [],
    [
        new("--tasks", "N", "Tasks a round; 10,000 unless given."),
        new("--rounds", "N", "Rounds, whose medians count; 3 unless given."),
        new("--warm-up", "N", "Tasks before the first round; 5,000 unless given: what runs often is compiled twice by then."),
        new("--senders", "N", "Sends at once; 32 unless given."),
        new("--batch", "N", "Tasks that are sent together; each by itself unless given. At most 1,000."),
        new("--consumers", "N", "Tasks at once; 16 unless given, which is what the queue allows."),
        new("--work", "MS", "How long each task takes; 0 unless given. With it, how many ran at once while more were waiting is shown."),
        new("--ignore-result", null, "Neither state nor result is stored: what is left is the host's own work."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var tasks = arguments.GetInteger("--tasks", 1, 1_000_000) ?? 10_000;
        var rounds = arguments.GetInteger("--rounds", 1, 100) ?? 3;
        var warmUp = arguments.GetInteger("--warm-up", 1, 1_000_000) ?? 5_000;
        var senders = arguments.GetInteger("--senders", 1, 1_000) ?? 32;
        var consumers = arguments.GetInteger("--consumers", 1, 16) ?? 16;
        var batch = arguments.GetInteger("--batch", 1, 1_000) ?? 1;
        var work = arguments.GetInteger("--work", 0, 60_000) ?? 0;
        var options = new SendOptions { IgnoreResult = arguments.Has("--ignore-result") };
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("tasks-");
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder.FullName, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            await using var recordingQueues = await StartQueuesAsync(folder, "recording", cancellationToken);
            await using var recording = await StartAsync(folder, "recording", azurite, recordingQueues, consumers, recorded: true);
            await using var plainQueues = await StartQueuesAsync(folder, "plain", cancellationToken);
            await using var plain = await StartAsync(folder, "plain", azurite, plainQueues, consumers, recorded: false);
            await MeasureAsync(recording, azurite, warmUp, senders, batch, 0, options, cancellationToken);
            await MeasureAsync(plain, azurite, warmUp, senders, batch, 0, options, cancellationToken);

            var (with, without) = (new List<Round>(), new List<Round>());
            for (var round = 0; round < rounds; round++)
            {
                with.Add(await MeasureAsync(recording, azurite, tasks, senders, batch, work, options, cancellationToken));
                without.Add(await MeasureAsync(plain, azurite, tasks, senders, batch, work, options, cancellationToken));
            }

            Show("with the monitor", with);
            Show("without it", without);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Median(without).PerSecond / Median(with).PerSecond,10:0.00} times as many without the monitor"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<LocalQueues> StartQueuesAsync(DirectoryInfo folder, string name, CancellationToken cancellationToken) =>
        LocalQueues.StartAsync(Path.Combine(folder.FullName, name), TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);

    private static Task<LocalFunctionsHost> StartAsync(
        DirectoryInfo folder, string name, AzuriteProcess azurite, LocalQueues queues, int consumers, bool recorded) =>
        LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes = [typeof(QueueFunctions), typeof(LongTask)],
            DataDirectory = Path.Combine(folder.FullName, name),
            Port = 0,
            Settings = new Dictionary<string, string?>(queues.Settings)
            {
                ["AzureWebJobsStorage"] = azurite.ConnectionString,
                ["AzureFunctionsJobHost:extensions:serviceBus:maxConcurrentCalls"] = consumers.ToString(CultureInfo.InvariantCulture),
            },
            ConfigureServices = (services, configuration) =>
            {
                services.AddServerless(configuration);
                services.AddSingleton(TaskRegistry.Discover([typeof(NoOpTask)]));
                if (!recorded) services.AddSingleton<IExecutionRecorder, NoRecorder>();
            },
        });

    private static async Task<Round> MeasureAsync(
        LocalFunctionsHost host, AzuriteProcess azurite, int tasks, int senders, int batch, int work, SendOptions options,
        CancellationToken cancellationToken)
    {
        var client = host.Services.GetRequiredService<ITaskClient>();
        var queues = host.Services.GetRequiredService<IQueueAdmin>();
        using var storage = Process.GetProcessById(azurite.ProcessId);
        using var self = Process.GetCurrentProcess();
        var (own, other, watch) = (self.TotalProcessorTime, storage.TotalProcessorTime, Stopwatch.StartNew());

        var requests = Enumerable.Range(0, tasks).Select(number => new TaskRequest(
            "bench.noop", JsonSerializer.SerializeToElement(new NoOpTask.Args(number, work), AppJson.Options), options));
        await Parallel.ForEachAsync(
            requests.Chunk(batch), new ParallelOptions { MaxDegreeOfParallelism = senders, CancellationToken = cancellationToken },
            async (chunk, token) =>
            {
                if (batch == 1) await client.SendAsync(chunk[0].Name, chunk[0].Args, chunk[0].Options, token);
                else if ((await client.SendBatchAsync(chunk, token)).Any(o => o.Fault is not null))
                    throw new InvalidOperationException("A task was refused.");
            });
        var sent = watch.Elapsed;
        var active = new List<int>();
        while ((await queues.CountAsync("default", cancellationToken)).Active is var left and > 0)
        {
            if (left > tasks / 10) active.Add(NoOpTask.Running);
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        var elapsed = watch.Elapsed;

        self.Refresh();
        storage.Refresh();
        return new Round(
            tasks / elapsed.TotalSeconds, tasks / sent.TotalSeconds, (self.TotalProcessorTime - own).TotalMilliseconds / tasks,
            (storage.TotalProcessorTime - other).TotalMilliseconds / tasks, active.Count == 0 ? 0 : active.Average());
    }

    private static void Show(string what, List<Round> rounds)
    {
        var median = Median(rounds);

        // Where other work has the machine's processors, the time that a task takes of them says more than the rate.
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{median.PerSecond,10:N0} tasks/s {what} (sent {median.SentPerSecond:N0}/s; a task takes " +
            $"{Median(rounds.Select(r => r.HostMs)):0.00} ms of the host's processor time and " +
            $"{Median(rounds.Select(r => r.StorageMs)):0.00} ms of Azurite's; {median.Active:0.0} ran at once)"));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is { Count: > 0 } sorted
        ? sorted[sorted.Count / 2] : 0;

    private static Round Median(List<Round> rounds) => rounds.OrderBy(r => r.PerSecond).ElementAt(rounds.Count / 2);

    private sealed record Round(double PerSecond, double SentPerSecond, double HostMs, double StorageMs, double Active);
}
