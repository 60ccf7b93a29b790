using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Serverless.Local.Storage;
using Serverless.Messaging;

namespace Serverless.Local.Queues;

/// <summary>The broker that the settings name: in the environment or local.settings.json.</summary>
/// <param name="NamesBroker">False when none is named, or only "the emulator on this machine".</param>
/// <param name="EmulatorPort">Where that emulator would answer; null when none is named.</param>
internal sealed record QueueSetting(bool NamesBroker, int? EmulatorPort)
{
    private const int AmqpPort = 5672;
    private const string Namespace = "fullyQualifiedNamespace";

    /// <param name="appRoot">Where local.settings.json lies, if there is one.</param>
    public static QueueSetting Read(string appRoot) => Read(LocalSettings.Read(appRoot));

    /// <exception cref="InvalidDataException">The connection string is none.</exception>
    internal static QueueSetting Read(IConfiguration settings)
    {
        const string Name = QueueConnection.Setting;
        var connection = settings[Name];
        if (string.IsNullOrWhiteSpace(connection))
        {
            var named = settings[$"{Name}:{Namespace}"];
            return new(!string.IsNullOrEmpty(named), EmulatorPort: null);
        }

        try
        {
            var endpoint = ServiceBusConnectionStringProperties.Parse(connection).Endpoint;
            var isHere = endpoint.IsLoopback && connection.Contains("UseDevelopmentEmulator=true", StringComparison.OrdinalIgnoreCase);
            return new(!isHere, isHere ? endpoint.IsDefaultPort ? AmqpPort : endpoint.Port : null);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The setting {Name} is no connection string of Service Bus: {e.Message}", e);
        }
    }
}
