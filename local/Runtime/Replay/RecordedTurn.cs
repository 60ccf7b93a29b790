using Serverless.Local.Runtime.Durable;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Replay;

/// <summary>One turn of a recorded history: what came, and which steps the code took.</summary>
internal sealed record RecordedTurn(IReadOnlyList<P.HistoryEvent> News, IReadOnlyList<P.HistoryEvent> Steps)
{
    /// <summary>All of it, for the turns after.</summary>
    public IEnumerable<P.HistoryEvent> Events => [.. News, .. Steps];

    /// <summary>Splits a history into its turns, up to one that was ended from outside: the code has no part in that.</summary>
    public static IEnumerable<RecordedTurn> Split(IReadOnlyList<P.HistoryEvent> events)
    {
        var news = new List<P.HistoryEvent>();
        var steps = new List<P.HistoryEvent>();
        foreach (var e in events)
        {
            switch (e.EventTypeCase)
            {
                case Kind.ExecutionTerminated:
                    yield break;
                case Kind.OrchestratorStarted:
                    if (news.Count > 1) yield return new RecordedTurn([.. news], [.. steps]);
                    news.Clear();
                    steps.Clear();
                    news.Add(e);
                    break;
                case Kind.OrchestratorCompleted or Kind.ExecutionCompleted or Kind.ExecutionSuspended or Kind.ExecutionResumed:
                    break;
                default:
                    (e.IsStep() ? steps : news).Add(e);
                    break;
            }
        }

        if (news.Count > 1) yield return new RecordedTurn(news, steps);
    }
}
