namespace Serverless.Tasks;

/// <summary>The pauses that a circuit breaker makes when it opens under a run.</summary>
internal enum CircuitPause
{
    /// <summary>None: each message finds out for itself.</summary>
    None,

    /// <summary>The task's: its messages are put off, and the rest of its queue goes on.</summary>
    Task,

    /// <summary>
    /// The queue's, by Service Bus' own status of it: nothing of it is handed out, whatever task it is. For a queue whose tasks need the
    /// same service.
    /// </summary>
    Queue,
}
