using Serverless.Messaging;
using Serverless.Monitoring.Changes;

namespace Serverless.Tasks;

/// <summary>Notes what changes in queues, by the names that callers know.</summary>
public sealed class QueueChanges(QueueCatalog queues, ChangeLog changes)
{
    /// <summary>Notes that a lane got messages, or lost some.</summary>
    public void Changed(string lane) => changes.Note(ChangeKinds.Queue, NameOf(lane));

    /// <summary>Notes that dead letters came or went.</summary>
    public void DeadLettersChanged(string lane) => changes.Note(ChangeKinds.DeadLetters, NameOf(lane));

    /// <summary>Notes that a message was settled.</summary>
    internal void Settled(string lane, bool isDeadLetter)
    {
        Changed(lane);
        if (isDeadLetter) DeadLettersChanged(lane);
    }

    private string NameOf(string lane) => queues.TryFindLane(lane, out var queue) ? queue.Name : lane;
}
