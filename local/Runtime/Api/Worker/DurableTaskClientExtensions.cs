using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Serverless.Local.Runtime.Hosting;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the Functions host adds to the client.</summary>
public static class DurableTaskClientExtensions
{
    /// <summary>The addresses that control an instance, whether it exists or not.</summary>
    /// <param name="client">The client that the host gave.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="request">A request whose host and port the addresses take; default: the host's own.</param>
    /// <exception cref="ArgumentException">No id.</exception>
    /// <exception cref="InvalidOperationException">The client is not the host's, and no request was given.</exception>
    public static HttpManagementPayload CreateHttpManagementPayload(this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var address = Address(client, request).AbsoluteUri.TrimEnd('/');
        var instance = $"{address}/instances/{Uri.EscapeDataString(instanceId)}";
        return new HttpManagementPayload
        {
            Id = instanceId,
            StatusQueryGetUri = instance,
            PurgeHistoryDeleteUri = instance,
            SendEventPostUri = instance + "/raiseEvent/{eventName}",
            TerminatePostUri = instance + "/terminate?reason={text}",
            SuspendPostUri = instance + "/suspend?reason={text}",
            ResumePostUri = instance + "/resume?reason={text}",
        };
    }

    private static Uri Address(DurableTaskClient client, HttpRequestData? request)
    {
        if (request is not null) return new Uri(request.Url, "/runtime/webhooks/durabletask");
        return (client as IManagementEndpoint)?.ManagementAddress
            ?? throw new InvalidOperationException("The client does not know the host's address: take it from [DurableClient], or give the request.");
    }
}
