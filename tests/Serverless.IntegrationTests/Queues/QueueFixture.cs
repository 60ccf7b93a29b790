using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Local.Queues;
using Serverless.Local.ServiceBus;
using Serverless.Messaging;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

/// <summary>The app's queues on a broker of its own, and what the app has of them, with a clock that the test turns.</summary>
internal sealed class QueueFixture : IAsyncDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder;
    private readonly LocalQueues _queues;

    private QueueFixture(TemporaryFolder folder, LocalQueues queues, FakeTimeProvider time)
    {
        (_folder, _queues, Time) = (folder, queues, time);
        Client = new ServiceBusClient(queues.Bus!.ConnectionString);
        Sender = new ServiceBusQueueSender(Client);
        Admin = new ServiceBusQueueAdmin(
            Client, new ServiceBusAdministrationClient(queues.Bus.AdministrationConnectionString), QueueCatalog.Load());
    }

    public FakeTimeProvider Time { get; }

    public LocalServiceBus Bus => _queues.Bus!;

    public ServiceBusClient Client { get; }

    public ServiceBusQueueSender Sender { get; }

    public ServiceBusQueueAdmin Admin { get; }

    public static async Task<QueueFixture> StartAsync()
    {
        var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        return new QueueFixture(folder, await LocalQueues.StartAsync(folder.Path, time, NullLoggerFactory.Instance), time);
    }

    /// <summary>Locks messages of a lane, or of its dead letters, and forgets them.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(string lane, int count, SubQueue part = SubQueue.None)
    {
        await using var receiver = Client.CreateReceiver(lane, new ServiceBusReceiverOptions { SubQueue = part });
        var received = new List<ServiceBusReceivedMessage>();
        while (received.Count < count && await receiver.ReceiveMessagesAsync(count - received.Count, Wait) is { Count: > 0 } some)
            received.AddRange(some);
        return received;
    }

    /// <summary>Sends messages and makes dead letters of them.</summary>
    public async Task DeadLetterAsync(string lane, params OutgoingMessage[] messages)
    {
        await Sender.SendAsync(lane, messages);
        await using var receiver = Client.CreateReceiver(lane);
        for (var left = messages.Length; left > 0;)
        {
            foreach (var message in await receiver.ReceiveMessagesAsync(left, Wait))
            {
                await receiver.DeadLetterMessageAsync(message, "test");
                left--;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await Sender.DisposeAsync();
        await Client.DisposeAsync();
        await _queues.DisposeAsync();
        _folder.Dispose();
    }
}
