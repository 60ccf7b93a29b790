using System.Globalization;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;

namespace Serverless.AzureHost;

/// <summary>Puts the app's queues on Azure Service Bus: one client, and so one connection, for everything.</summary>
internal static class ServiceBusQueues
{
    private const int EmulatorManagementPort = 5300;

    public static IServiceCollection AddServiceBusQueues(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => CreateClient(configuration))
        .AddSingleton(_ => CreateAdministration(configuration))
        .AddSingleton<IQueueSender, ServiceBusQueueSender>()
        .AddSingleton<IQueueAdmin, ServiceBusQueueAdmin>();

    private static ServiceBusClient CreateClient(IConfiguration configuration) =>
        configuration[QueueConnection.Setting] is { Length: > 0 } connection
            ? new ServiceBusClient(connection)
            : new ServiceBusClient(Namespace(configuration), Credential(configuration));

    private static ServiceBusAdministrationClient CreateAdministration(IConfiguration configuration) =>
        configuration[QueueConnection.Setting] is { Length: > 0 } connection
            ? new ServiceBusAdministrationClient(ForManagement(connection))
            : new ServiceBusAdministrationClient(Namespace(configuration), Credential(configuration));

    private static string Namespace(IConfiguration configuration) =>
        configuration[$"{QueueConnection.Setting}:fullyQualifiedNamespace"] is { Length: > 0 } name
            ? name
            : throw new InvalidOperationException(
                $"No broker: set {QueueConnection.Setting} to a connection string, or {QueueConnection.Setting}__fullyQualifiedNamespace.");

    private static DefaultAzureCredential Credential(IConfiguration configuration) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = configuration[$"{QueueConnection.Setting}:clientId"] });

    // The emulator answers management calls on a port of its own, which its connection string does not say.
    private static string ForManagement(string connection)
    {
        var parts = connection.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!parts.Contains("UseDevelopmentEmulator=true", StringComparer.OrdinalIgnoreCase)) return connection;
        var endpoint = Array.FindIndex(parts, p => p.StartsWith("Endpoint=", StringComparison.OrdinalIgnoreCase));
        if (endpoint < 0 || !Uri.TryCreate(parts[endpoint]["Endpoint=".Length..], UriKind.Absolute, out var uri)) return connection;
        parts[endpoint] = string.Create(CultureInfo.InvariantCulture, $"Endpoint={uri.Scheme}://{uri.Host}:{EmulatorManagementPort}");
        return string.Join(';', parts);
    }
}
