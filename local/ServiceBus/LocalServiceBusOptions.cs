namespace Serverless.Local.ServiceBus;

/// <summary>The entities and addresses of a <see cref="LocalServiceBus"/>.</summary>
public sealed class LocalServiceBusOptions
{
    /// <summary>The address of AMQP without TLS.</summary>
    public const int DefaultPort = 5672;

    /// <summary>The address of the administration, which is where Microsoft's emulator has it.</summary>
    public const int DefaultAdministrationPort = 5300;

    /// <summary>The database file; made when it is not there.</summary>
    public required string Path { get; init; }

    /// <summary>The queues; a name that is not here does not exist.</summary>
    public required IReadOnlyCollection<QueueDefinition> Queues { get; init; }

    /// <summary>The port of AMQP; one that is free when it is taken, or 0. Default 5672.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The port of the administration; one that is free when it is taken, or 0. Default 5300.</summary>
    public int AdministrationPort { get; init; } = DefaultAdministrationPort;

    /// <summary>A connection on which nothing comes for so long is closed; clients send something in time. Default 4 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>The largest message with its properties, in bytes. Default 256 KB, that of the Standard tier.</summary>
    public int MaxMessageBytes { get; init; } = 256 * 1024;
}
