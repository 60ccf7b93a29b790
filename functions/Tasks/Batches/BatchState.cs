namespace Serverless.Tasks.Batches;

/// <summary>A batch as it is stored.</summary>
internal sealed record BatchState
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its phase.</summary>
    public BatchPhase Phase { get; init; }

    /// <summary>A line for people.</summary>
    public string? Description { get; init; }

    /// <summary>The batch that it is a member of.</summary>
    public string? Parent { get; init; }

    /// <summary>The number of batches above it.</summary>
    public int Depth { get; init; }

    /// <summary>The request that opened it under an id of the caller's; null when the id was made.</summary>
    public string? Request { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset Opened { get; init; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? Closed { get; init; }

    /// <summary>When its last member ended.</summary>
    public DateTimeOffset? Completed { get; init; }

    /// <summary>Sent once, when a member has failed for good.</summary>
    public BatchCallback? OnFailure { get; init; }

    /// <summary>Sent once, when all members have succeeded.</summary>
    public BatchCallback? OnSuccess { get; init; }

    /// <summary>Sent once, when all members have ended, however.</summary>
    public BatchCallback? OnCompletion { get; init; }

    /// <summary>The member that failed first, as far as that can be told.</summary>
    public string? FirstFailure { get; init; }

    /// <summary>Its final counts; null while it has not completed.</summary>
    public BatchCounts? Counts { get; init; }

    /// <summary>True once everybody who has to hear of its end has heard.</summary>
    public bool IsTold { get; init; }

    /// <summary>The reason that a callback could not be sent for.</summary>
    public string? CallbackError { get; init; }
}

/// <summary>The phases of a batch.</summary>
internal enum BatchPhase
{
    /// <summary>Anybody may add members.</summary>
    Open,

    /// <summary>Only its own tasks may, while they run.</summary>
    Closed,

    /// <summary>Nobody may: all seem to have ended.</summary>
    Completing,

    /// <summary>All have ended.</summary>
    Completed,
}

/// <summary>A task that is sent when something happens to a batch.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Args">Its arguments; a handler that takes <c>batch</c> is given the batch's id and counts in it.</param>
/// <param name="Queue">Instead of the router's queue.</param>
internal sealed record BatchCallback(string Task, System.Text.Json.JsonElement? Args = null, string? Queue = null);
