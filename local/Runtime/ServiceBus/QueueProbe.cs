using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>Finds out before a function starts whether its queue is there.</summary>
internal static class QueueProbe
{
    /// <exception cref="BindingFaultException">There is no such queue.</exception>
    /// <exception cref="IOException">The broker does not answer.</exception>
    public static async Task CheckAsync(ServiceBusClient client, string queue, CancellationToken cancellation)
    {
        try
        {
            await using var receiver = client.CreateReceiver(queue);
            await receiver.PeekMessageAsync(cancellationToken: cancellation);
        }
        catch (ServiceBusException missing) when (missing.Reason == ServiceBusFailureReason.MessagingEntityNotFound)
        {
            throw new BindingFaultException($"there is no queue '{queue}' in {client.FullyQualifiedNamespace}.");
        }
        catch (ServiceBusException fault)
        {
            throw new IOException($"The broker {client.FullyQualifiedNamespace} cannot be used: {fault.Message}", fault);
        }
    }
}
