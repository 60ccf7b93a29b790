using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The history of an instance's current execution.</summary>
internal sealed class InstanceHistory
{
    // What an event takes beside its content.
    private const int EventBytes = 200;

    private readonly List<P.HistoryEvent> _events = [];

    public IReadOnlyList<P.HistoryEvent> Events => _events;

    /// <summary>About how many bytes it takes in memory.</summary>
    public long Size { get; private set; }

    public DateTime LastTurn { get; private set; }

    public void Add(IEnumerable<P.HistoryEvent> events)
    {
        foreach (var e in events)
        {
            _events.Add(e);
            if (e.EventTypeCase == P.HistoryEvent.EventTypeOneofCase.OrchestratorStarted) LastTurn = e.Timestamp.ToDateTime();
            Size += EventBytes + (2 * e.CalculateSize());
        }
    }
}
