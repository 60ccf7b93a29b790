namespace Serverless.Local.Runtime.Durable;

/// <summary>The history of an instance's current execution.</summary>
internal sealed class InstanceHistory
{
    private readonly List<HistoryEvent> _events = [];
    private readonly List<HistoryEvent> _steps = [];

    public IReadOnlyList<HistoryEvent> Events => _events;

    /// <summary>The scheduled steps, by number.</summary>
    public IReadOnlyList<HistoryEvent> Steps => _steps;

    /// <summary>About how many bytes it takes in memory.</summary>
    public long Size { get; private set; }

    public DateTime LastTurn { get; private set; }

    public void Add(IEnumerable<HistoryEvent> events)
    {
        foreach (var e in events)
        {
            _events.Add(e);
            if (e.IsStep) _steps.Add(e);
            if (e.Kind == HistoryEventKind.OrchestratorStarted) LastTurn = e.Timestamp;
            Size += e.Size;
        }
    }
}
