using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.CommandLine;
using Serverless.Local.Runtime.Queues;
using Serverless.Local.Sqlite;

namespace Serverless.Benchmarks.Queues;

/// <summary>How many messages a second the local broker stores, and how many it delivers and deletes.</summary>
internal static class QueueThroughput
{
    private const string Queue = "work";

    public static CommandSyntax Syntax { get; } = new(
        "queues", "Measures the local queues: durable sends, and runs of a function that does nothing.", [],
    [
        new("--messages", "N", "Messages; 20,000 unless given."),
        new("--consumers", "N", "Functions at once; 20 unless given."),
        new("--bytes", "N", "Size of a body; 512 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var messages = arguments.Integer("--messages", 1, 1_000_000) ?? 20_000;
        var consumers = arguments.Integer("--consumers", 1, 1_000) ?? 20;
        var body = BinaryData.FromBytes(new byte[arguments.Integer("--bytes", 0, 200_000) ?? 512]);
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("queues-");
        try
        {
            var options =
                new QueueOptions
                {
                    Queues =
                    { new QueueDefinition(
                        Queue) { DuplicateDetectionWindow = TimeSpan.FromMinutes(30), DefaultTimeToLive = TimeSpan.FromDays(14) } }
                };
            await using var store = SqliteStore.Open(Path.Combine(folder.FullName, "queues.db"));
            await using var broker = new QueueBroker(store, options, TimeProvider.System, NullLogger<QueueBroker>.Instance);
            await broker.CountAsync(Queue);

            await MeasureAsync("sent in batches of 100", messages, () => SendBatchesAsync(broker, messages, body));
            await MeasureAsync(
                $"received and completed by {consumers} consumers", messages, () => DrainAsync(
                    broker, messages, consumers, cancellationToken));
            await MeasureAsync("sent one by one by 16 senders", messages, () => SendOneByOneAsync(broker, messages, 16, body));
            await DrainAsync(broker, messages, consumers, cancellationToken);
            await MeasureAsync($"end to end: sent one by one by 16 senders while {consumers} consumers run them", messages, () =>
                Task.WhenAll(SendOneByOneAsync(broker, messages, 16, body), DrainAsync(broker, messages, consumers, cancellationToken)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(string what, int messages, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{messages / watch.Elapsed.TotalSeconds,10:N0} messages/s {what}"));
    }

    private static async Task SendBatchesAsync(QueueBroker broker, int messages, BinaryData body)
    {
        foreach (var batch in Enumerable.Repeat(new QueueMessage(body), messages).Chunk(100)) await broker.SendAsync(Queue, batch);
    }

    private static Task SendOneByOneAsync(QueueBroker broker, int messages, int senders, BinaryData body) =>
        Parallel.ForAsync(
            0, messages, new ParallelOptions { MaxDegreeOfParallelism = senders }, async (_, _) => await broker.SendAsync(
                Queue, [new QueueMessage(body)]));

    private static async Task DrainAsync(QueueBroker broker, int messages, int consumers, CancellationToken cancellationToken)
    {
        var left = messages;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pump = new MessagePump(
            broker, broker.Queues.Single(), new PumpOptions { MaxConsumers = consumers, AutoComplete = false },
            async (delivery, token) =>
            {
                await delivery.Actions.CompleteMessageAsync(delivery.Message, token);
                if (Interlocked.Decrement(ref left) == 0) done.TrySetResult();
            },
            TimeProvider.System, NullLogger.Instance);
        pump.Start();
        await done.Task.WaitAsync(cancellationToken);
        await pump.StopAsync(cancellationToken);
    }
}
