using System.Diagnostics;
using System.Globalization;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.CommandLine;
using Serverless.Local.ServiceBus;

namespace Serverless.Benchmarks.Queues;

/// <summary>The messages a second that the local broker takes from the official client, and that it delivers to it.</summary>
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
        var messages = arguments.GetInteger("--messages", 1, 1_000_000) ?? 20_000;
        var consumers = arguments.GetInteger("--consumers", 1, 1_000) ?? 20;
        var body = BinaryData.FromBytes(new byte[arguments.GetInteger("--bytes", 0, 200_000) ?? 512]);
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("queues-");
        try
        {
            var queue = new QueueDefinition(Queue)
            {
                DuplicateDetectionWindow = TimeSpan.FromMinutes(30),
                DefaultTimeToLive = TimeSpan.FromDays(14),
            };
            var options = new LocalServiceBusOptions
            {
                Path = Path.Combine(folder.FullName, "queues.db"),
                Queues = [queue],
                Port = 0,
                AdministrationPort = 0,
            };
            await using var bus = await LocalServiceBus.StartAsync(
                options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
            await using var client = new ServiceBusClient(bus.ConnectionString);

            await MeasureAsync("sent in batches of 100", messages, () => SendBatchesAsync(client, messages, body));
            await MeasureAsync(
                $"received and completed by {consumers} consumers", messages, () => DrainAsync(
                    client, messages, consumers, cancellationToken));
            await MeasureAsync("sent one by one by 16 senders", messages, () => SendOneByOneAsync(client, messages, 16, body));
            await DrainAsync(client, messages, consumers, cancellationToken);
            await MeasureAsync($"end to end: sent one by one by 16 senders while {consumers} consumers run them", messages, () =>
                Task.WhenAll(SendOneByOneAsync(client, messages, 16, body), DrainAsync(client, messages, consumers, cancellationToken)));
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

    private static async Task SendBatchesAsync(ServiceBusClient client, int messages, BinaryData body)
    {
        await using var sender = client.CreateSender(Queue);
        foreach (var batch in Enumerable.Range(0, messages).Chunk(100))
            await sender.SendMessagesAsync(batch.Select(_ => Message(body)));
    }

    private static async Task SendOneByOneAsync(ServiceBusClient client, int messages, int senders, BinaryData body)
    {
        await using var sender = client.CreateSender(Queue);
        var options = new ParallelOptions { MaxDegreeOfParallelism = senders };
        await Parallel.ForAsync(0, messages, options, async (_, token) => await sender.SendMessageAsync(Message(body), token));
    }

    private static ServiceBusMessage Message(BinaryData body) => new(body) { MessageId = Guid.NewGuid().ToString("N") };

    private static async Task DrainAsync(ServiceBusClient client, int messages, int consumers, CancellationToken cancellationToken)
    {
        var left = messages;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var processor = client.CreateProcessor(
            Queue, new ServiceBusProcessorOptions { MaxConcurrentCalls = consumers, AutoCompleteMessages = false });
        processor.ProcessMessageAsync += async received =>
        {
            await received.CompleteMessageAsync(received.Message, received.CancellationToken);
            if (Interlocked.Decrement(ref left) == 0) done.TrySetResult();
        };
        processor.ProcessErrorAsync += failure =>
        {
            done.TrySetException(failure.Exception);
            return Task.CompletedTask;
        };
        await processor.StartProcessingAsync(cancellationToken);
        await done.Task.WaitAsync(cancellationToken);
        await processor.StopProcessingAsync(cancellationToken);
    }
}
