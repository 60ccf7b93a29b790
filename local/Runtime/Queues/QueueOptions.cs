namespace Serverless.Local.Runtime.Queues;

/// <summary>What the broker serves.</summary>
public sealed class QueueOptions
{
    /// <summary>The queues; a name that is not here does not exist.</summary>
    public IList<QueueDefinition> Queues { get; } = [];

    /// <summary>The largest message with its properties, in bytes. Default 256 KB, that of the Standard tier.</summary>
    public int MaxMessageBytes { get; set; } = 256 * 1024;

    /// <summary>Says how many consumers a queue should have; null, the default, leaves each at its most.</summary>
    public Func<QueueLoad, int>? Scale { get; set; }

    /// <summary>Time between two questions of <see cref="Scale"/>. Default 30 s.</summary>
    public TimeSpan ScaleInterval { get; set; } = TimeSpan.FromSeconds(30);
}
