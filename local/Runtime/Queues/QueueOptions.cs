namespace Serverless.Local.Runtime.Queues;

/// <summary>What the broker serves.</summary>
public sealed class QueueOptions
{
    /// <summary>The queues; a name that is not here does not exist.</summary>
    public IList<QueueDefinition> Queues { get; } = [];

    /// <summary>The largest message with its properties, in bytes. Default 256 KB, that of the Standard tier.</summary>
    public int MaxMessageBytes { get; set; } = 256 * 1024;
}
