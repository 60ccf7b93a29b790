namespace Serverless.Tasks;

/// <summary>Names the task that a handler runs; the handler is discovered by it.</summary>
/// <param name="name">Lower-case words with dots and underscores, such as <c>media.image_processing</c>; unique in the app.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TaskHandlerAttribute(string name) : Attribute
{
    /// <summary>
    /// Seconds that a run may take while its message is locked; longer ones run in an orchestration. Below host.json's 30 minutes.
    /// </summary>
    public const int MaxSecondsWithLock = 1500;

    /// <summary>The task's name.</summary>
    public string Name => name;

    /// <summary>The queue, when no route says otherwise. Default: by the router's rules.</summary>
    public string? Queue { get; init; }

    /// <summary>The number of further tries after a failed run. Default 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Seconds before the first retry of an unclassified error; doubles with each. Default 60.</summary>
    public int RetryDelaySeconds { get; init; } = 60;

    /// <summary>
    /// Seconds that one run may take; over <see cref="MaxSecondsWithLock"/> it runs as if it were <see cref="LongRunning"/>. Default 300.
    /// </summary>
    public int TimeoutSeconds { get; init; } = 300;

    /// <summary>
    /// Seconds within which a run must report again (<see cref="TaskContext.ReportAsync"/>): one that does not is ended as if it had run
    /// out of time. Default 0: it need not report.
    /// </summary>
    public int HeartbeatSeconds { get; init; }

    /// <summary>
    /// So many run at once over all instances, for each key. Default 0: as many as there is room for. Not for what outlives a message lock.
    /// </summary>
    public int Concurrency { get; init; }

    /// <summary>So many start within a time over all instances, for each key, such as <c>100/1m</c>. Default: no limit.</summary>
    public string? Rate { get; init; }

    /// <summary>Of a rate, so many may start together after a quiet time. Default 1.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>JMESPath over the arguments: each value has the limits for itself. Default: all runs share them.</summary>
    public string? LimitKey { get; init; }

    /// <summary>Each tenant has the limits for itself. Default false.</summary>
    public bool LimitPerTenant { get; init; }

    /// <summary>
    /// False keeps the arguments out of the task's record, as for personal data: they are in its message alone. Default true.
    /// </summary>
    public bool KeepArguments { get; init; } = true;

    /// <summary>
    /// Seconds that state and result are kept after the end, unless the sender or a setting says otherwise: up to 30 days. Default 3,600.
    /// </summary>
    public int KeepSeconds { get; init; } = 3_600;

    /// <summary>
    /// A circuit breaker that opens under a run pauses the task or its queue, instead of having each message find out for itself; after the
    /// break one run is let through, and ends the pause when it gets through. Default none.
    /// </summary>
    public CircuitPause PauseOnOpenCircuit { get; init; }

    /// <summary>Known to outlive a message lock: runs in an orchestration, and the message is settled at once. Default false.</summary>
    public bool LongRunning { get; init; }
}
