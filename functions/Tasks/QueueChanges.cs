using Serverless.Messaging;
using Serverless.Monitoring.Changes;

namespace Serverless.Tasks;

/// <summary>Notes what changes in queues, by the names that callers know.</summary>
internal sealed class QueueChanges(QueueCatalog queues, ChangeLog changes)
{
    /// <summary>Notes that a lane got messages, or lost some.</summary>
    public void NoteChange(string lane) => changes.Note(ChangeKinds.Queue, NameOf(lane));

    /// <summary>Notes that dead letters came or went.</summary>
    public void NoteDeadLetters(string lane) => changes.Note(ChangeKinds.DeadLetters, NameOf(lane));

    /// <summary>Notes that a message was settled.</summary>
    internal void NoteSettled(string lane, bool isDeadLetter)
    {
        NoteChange(lane);
        if (isDeadLetter) NoteDeadLetters(lane);
    }

    private string NameOf(string lane) => queues.TryFindLane(lane, out var queue) ? queue.Name : lane;
}
