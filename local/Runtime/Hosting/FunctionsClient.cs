using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>
/// The client as functions get it: the extension's own wrapper, which knows where the management API is served. Its type is not
/// public, and CreateHttpManagementPayload takes no other.
/// </summary>
internal static class FunctionsClient
{
    private static readonly Type ClientType = typeof(DurableClientAttribute).Assembly.GetType(
        "Microsoft.Azure.Functions.Worker.FunctionsDurableTaskClient", throwOnError: true)!;

    public static DurableTaskClient Wrap(DurableTaskClient client, Uri managementAddress) =>
        (DurableTaskClient)Activator.CreateInstance(ClientType, client, null, managementAddress.AbsoluteUri.TrimEnd('/'), null)!;
}
