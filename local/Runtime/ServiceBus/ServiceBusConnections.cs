using System.Collections.Concurrent;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>The clients behind the connections that triggers name: one each.</summary>
internal sealed class ServiceBusConnections(HostSettings settings, ServiceBusTriggerOptions options) : IAsyncDisposable
{
    private const string Default = "ServiceBus";
    private const string Prefix = "AzureWebJobs";

    private readonly ConcurrentDictionary<string, ServiceBusClient> _clients = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="BindingFaultException">The settings lead to no broker.</exception>
    public ServiceBusClient GetClient(string? connection) => _clients.GetOrAdd(connection ?? Default, Create);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values) await client.DisposeAsync();
    }

    private ServiceBusClient Create(string name)
    {
        // The order of the Functions host.
        var section = new[] { Prefix + name, name }.Select(n => settings.App.GetSection(n.Replace("__", ":", StringComparison.Ordinal)))
            .FirstOrDefault(s => s.Value is not null || s["fullyQualifiedNamespace"] is not null)
            ?? throw new BindingFaultException(
                $"there is no broker: the setting {name} is neither a connection string, nor is {name}__fullyQualifiedNamespace set.");
        try
        {
            return section.Value is { } text
                ? new ServiceBusClient(text, options.ForClient())
                : new ServiceBusClient(
                    section["fullyQualifiedNamespace"],
                    new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = section["clientId"] }),
                    options.ForClient());
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new BindingFaultException($"the setting {name} is no connection string of Service Bus: {e.Message}");
        }
    }
}
