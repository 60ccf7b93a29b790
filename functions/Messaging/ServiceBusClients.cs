using System.Globalization;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.Configuration;

namespace Serverless.Messaging;

/// <summary>Makes the clients of the broker that the settings lead to, by a connection string or an identity.</summary>
internal static class ServiceBusClients
{
    private const int EmulatorAdministrationPort = 5300;

    public static ServiceBusClient CreateClient(IConfiguration configuration) => Setting(configuration, QueueConnection.Setting) is { } text
        ? new ServiceBusClient(text)
        : new ServiceBusClient(Namespace(configuration), Credential(configuration));

    public static ServiceBusAdministrationClient CreateAdministration(IConfiguration configuration) =>
        FindAdministrationConnection(configuration) is { } text
            ? new ServiceBusAdministrationClient(text)
            : new ServiceBusAdministrationClient(Namespace(configuration), Credential(configuration));

    /// <summary>Null where an identity is used.</summary>
    internal static string? FindAdministrationConnection(IConfiguration configuration) =>
        Setting(configuration, QueueConnection.AdministrationSetting)
        ?? (Setting(configuration, QueueConnection.Setting) is { } text ? ForAdministration(text) : null);

    private static string? Setting(IConfiguration configuration, string name) => configuration[name] is { Length: > 0 } text ? text : null;

    private static string Namespace(IConfiguration configuration) =>
        Setting(configuration, $"{QueueConnection.Setting}:fullyQualifiedNamespace") ?? throw new InvalidOperationException(
            $"No broker: set {QueueConnection.Setting} to a connection string, or {QueueConnection.Setting}__fullyQualifiedNamespace.");

    private static DefaultAzureCredential Credential(IConfiguration configuration) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = configuration[$"{QueueConnection.Setting}:clientId"] });

    // The client asks for the administration where the connection string leads to; without a port that is 80, and an emulator's is 5300.
    private static string ForAdministration(string connection)
    {
        var parts = connection.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!parts.Contains("UseDevelopmentEmulator=true", StringComparer.OrdinalIgnoreCase)) return connection;
        var endpoint = Array.FindIndex(parts, p => p.StartsWith("Endpoint=", StringComparison.OrdinalIgnoreCase));
        if (endpoint < 0 || !Uri.TryCreate(parts[endpoint]["Endpoint=".Length..], UriKind.Absolute, out var uri)) return connection;
        parts[endpoint] = string.Create(CultureInfo.InvariantCulture, $"Endpoint={uri.Scheme}://{uri.Host}:{EmulatorAdministrationPort}");
        return string.Join(';', parts);
    }
}
