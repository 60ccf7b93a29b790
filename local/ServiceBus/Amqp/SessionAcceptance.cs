using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Accepts the session that a receiver asks for; whoever asks for any waits for one as long as it said.</summary>
internal static class SessionAcceptance
{
    private static readonly AmqpSymbol Timeout = "com.microsoft:timeout";
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <exception cref="BrokerException">The session is held by another receiver, or there was none in time.</exception>
    public static async Task<SessionLock> RunAsync(QueueBroker broker, SendingAmqpLink link, string entity, string? session)
    {
        if (session is not null) return await broker.AcceptSessionAsync(entity, session);

        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        link.Closed += (_, _) => closed.TrySetResult();
        // Who waits is the client, by its own clock.
        var deadline = Task.Delay(Wait(link), TimeProvider.System);
        while (true)
        {
            var changed = broker.WaitForChange(entity);
            if (await broker.AcceptNextSessionAsync(entity) is { } accepted)
            {
                if (!link.IsClosing()) return accepted;
                await broker.ReleaseAsync(accepted);
            }

            await Task.WhenAny(changed, deadline, closed.Task);
            if (deadline.IsCompleted || closed.Task.IsCompleted)
                throw new BrokerException(BrokerFault.Timeout, "No session had a message in time.");
        }
    }

    private static TimeSpan Wait(SendingAmqpLink link) =>
        link.Settings.Properties is { } properties && properties.TryGetValue<uint>(Timeout, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue))
            : DefaultTimeout;
}
