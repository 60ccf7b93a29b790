using System.Diagnostics;
using System.Globalization;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.DeadLetters;
using Serverless.Local.CommandLine;
using Serverless.Local.Queues;
using Serverless.Messaging;

namespace Serverless.Benchmarks.Queues;

/// <summary>The dead letters a second that go back to their queue, and what doing it in batches is worth.</summary>
internal static class RequeueThroughput
{
    private const string Lane = "email";

    public static CommandSyntax Syntax { get; } = new(
        "requeue", "Measures how fast dead letters are requeued, in batches and one by one.", [],
    [
        new("--messages", "N", "Dead letters; 20,000 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var messages = arguments.GetInteger("--messages", 1, 1_000_000) ?? 20_000;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("requeue-");
        try
        {
            await using var queues = await LocalQueues.StartAsync(
                folder.FullName, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
            await using var client = new ServiceBusClient(queues.Bus!.ConnectionString);
            await using var sender = new ServiceBusQueueSender(client);
            await using var admin = new ServiceBusQueueAdmin(
                client, new ServiceBusAdministrationClient(queues.Bus.AdministrationConnectionString), QueueCatalog.Load());

            await DeadLetterAsync(client, messages, admin, cancellationToken);
            var batches = await MeasureAsync("requeued in batches", messages, () => new DeadLetterProcessor(admin, sender).RunAsync(
                Lane, messages, (batch, _) => Task.FromResult<IReadOnlyList<DeadLetterAction>>(
                    [.. batch.Select(m => DeadLetterAction.Requeue(Lane, Copy(m)))]), cancellationToken));
            await DeadLetterAsync(client, messages, admin, cancellationToken);
            var single = await MeasureAsync("requeued one by one", messages, () => OneByOneAsync(admin, sender, cancellationToken));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{single / batches,10:0.0} times as fast in batches"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Empties the queue into its dead letters, after it was filled up.
    private static async Task DeadLetterAsync(
        ServiceBusClient client, int messages, ServiceBusQueueAdmin admin, CancellationToken cancellationToken)
    {
        var left = messages - (int)(await admin.CountAsync(Lane, cancellationToken)).Active;
        await using var sender = client.CreateSender(Lane);
        foreach (var batch in Enumerable.Range(0, Math.Max(0, left)).Chunk(100))
            await sender.SendMessagesAsync(
                batch.Select(i => new ServiceBusMessage(new byte[512]) { MessageId = i.ToString(CultureInfo.InvariantCulture) }),
                cancellationToken);
        await using var receiver = client.CreateReceiver(Lane);
        while (await receiver.ReceiveMessagesAsync(100, TimeSpan.FromSeconds(1), cancellationToken) is { Count: > 0 } batch)
            await Task.WhenAll(batch.Select(message => receiver.DeadLetterMessageAsync(message, "Benchmark", null, cancellationToken)));
    }

    private static async Task OneByOneAsync(
        ServiceBusQueueAdmin admin, ServiceBusQueueSender sender, CancellationToken cancellationToken)
    {
        await using var receiver = admin.ReceiveDeadLetters(Lane);
        while (await receiver.ReceiveAsync(1, cancellationToken) is [var message])
        {
            await sender.SendAsync(Lane, [Copy(message)], cancellationToken);
            await receiver.CompleteAsync(message, cancellationToken);
        }
    }

    private static OutgoingMessage Copy(ServiceBusReceivedMessage message) => new($"{message.MessageId}:again", message.Body);

    private static async Task<double> MeasureAsync(string what, int messages, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{messages / watch.Elapsed.TotalSeconds,10:N0} messages/s {what}"));
        return watch.Elapsed.TotalSeconds;
    }
}
