using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Pumps a queue without sessions: every message on its own.</summary>
internal sealed class MessagePump(
    QueueBroker broker, QueueDefinition queue, PumpOptions options, Func<Delivery, CancellationToken, Task> function, TimeProvider time,
    ILogger logger)
    : QueuePump(broker, queue, options, function, time, logger)
{
    protected override async Task TakeAsync(int free, CancellationToken cancellationToken)
    {
        foreach (var message in await Broker.ReceiveAsync(Queue.Name, free, Timeout.InfiniteTimeSpan, cancellationToken))
        {
            Occupy(_ => RunAsync(message, null, null));
        }
    }
}
