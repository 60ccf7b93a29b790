using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>Finds out before a function starts whether its queue is there, and has sessions where the trigger wants them.</summary>
internal static class QueueProbe
{
    /// <exception cref="BindingFaultException">There is no such queue, or the trigger does not fit it.</exception>
    /// <exception cref="IOException">The broker does not answer.</exception>
    public static async Task CheckAsync(ServiceBusClient client, string queue, bool isSessionsEnabled, CancellationToken cancellation)
    {
        if (await HasSessionsAsync(client, queue, cancellation) is not { } hasSessions || hasSessions == isSessionsEnabled) return;
        throw new BindingFaultException(hasSessions
            ? $"the queue '{queue}' has sessions, and IsSessionsEnabled is false."
            : $"the queue '{queue}' has no sessions, and IsSessionsEnabled is true.");
    }

    // Asking for a session that nobody else can mean touches no message, and every broker answers it: with one link a queue, as all
    // queues are asked while somebody waits for the host.
    private static async Task<bool?> HasSessionsAsync(ServiceBusClient client, string queue, CancellationToken cancellation)
    {
        try
        {
            await using var session = await client.AcceptSessionAsync(queue, $"probe-{Guid.NewGuid():N}", cancellationToken: cancellation);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        catch (ServiceBusException missing) when (missing.Reason == ServiceBusFailureReason.MessagingEntityNotFound)
        {
            throw new BindingFaultException($"there is no queue '{queue}' in {client.FullyQualifiedNamespace}.");
        }
        catch (ServiceBusException paused) when (paused.Reason == ServiceBusFailureReason.MessagingEntityDisabled)
        {
            // The queue gives nothing out now: its processor says so for as long as that lasts.
            return null;
        }
        catch (ServiceBusException fault)
        {
            throw new IOException($"The broker {client.FullyQualifiedNamespace} cannot be used: {fault.Message}", fault);
        }
    }
}
