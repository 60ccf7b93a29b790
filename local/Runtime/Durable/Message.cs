using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Something that happened to an instance and that its next turn takes up.</summary>
/// <param name="Event">Goes into the history as it is.</param>
/// <param name="Execution">The run of the instance that it belongs to; 0: whichever runs.</param>
/// <param name="InboxId">Its row in the inbox; 0: there is none, because another row (an activity, a timer) stands for it.</param>
internal sealed record Message(P.HistoryEvent Event, int Execution = 0, long InboxId = 0)
{
    /// <summary>Never stored: the orchestrator's code went on outside of its turn.</summary>
    public bool LeftItsThread => Event.EventTypeCase == P.HistoryEvent.EventTypeOneofCase.None;
}
