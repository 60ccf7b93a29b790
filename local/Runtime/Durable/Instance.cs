namespace Serverless.Local.Runtime.Durable;

/// <summary>An orchestration that is not finished, in memory. What may change is guarded by the engine's lock.</summary>
internal sealed class Instance(long key, string id, string name)
{
    /// <summary>Its row. The same id gets another key when it is started anew.</summary>
    public long Key { get; } = key;

    public string Id { get; } = id;

    public string Name { get; } = name;

    public ParentStep? Parent { get; init; }

    public DateTime? StartAt { get; init; }

    /// <summary>The number of times that it was started over with ContinueAsNew, plus 1.</summary>
    public int Execution { get; set; } = 1;

    public string Version { get; set; } = "";

    public string? Input { get; set; }

    public bool Started { get; set; }

    public bool Suspended { get; set; }

    /// <summary>The output's text while it is suspended.</summary>
    public string? SuspendReason { get; set; }

    /// <summary>The messages that came while it is suspended.</summary>
    public List<Message> Held { get; set; } = [];

    /// <summary>The messages that its next turn takes up, in order.</summary>
    public List<Message> Pending { get; set; } = [];

    /// <summary>True while a turn runs or waits to run.</summary>
    public bool Busy { get; set; }

    /// <summary>Null if it must be read.</summary>
    public InstanceHistory? History { get; set; }

    /// <summary>Its code as the last turn left it; null if the next one replays its history.</summary>
    public GuardedOrchestrator? Session { get; set; }

    /// <summary>In how many turns of its code a process died, without one that ended since.</summary>
    public int Deaths { get; set; }
}
