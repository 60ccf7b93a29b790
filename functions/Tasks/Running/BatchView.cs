using Serverless.Tasks.Batches;

namespace Serverless.Tasks.Running;

/// <summary>The request for a batch.</summary>
internal sealed record BatchDefinition
{
    /// <summary>1 to 50 letters, digits and <c>. _ : -</c>; a new one by default.</summary>
    public string? Id { get; init; }

    /// <summary>A line for people.</summary>
    public string? Description { get; init; }

    /// <summary>The batch that it is a member of.</summary>
    public string? Parent { get; init; }

    /// <summary>Sent once, when a member has failed for good.</summary>
    public BatchCallback? OnFailure { get; init; }

    /// <summary>Sent once, when all members have succeeded.</summary>
    public BatchCallback? OnSuccess { get; init; }

    /// <summary>Sent once, when all members have ended, however.</summary>
    public BatchCallback? OnCompletion { get; init; }

    internal IEnumerable<(string Option, BatchCallback? Callback)> Callbacks =>
        [("onFailure", OnFailure), ("onSuccess", OnSuccess), ("onCompletion", OnCompletion)];
}

/// <summary>A batch as it is shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State"><c>open</c>, <c>closed</c> or <c>completed</c>.</param>
/// <param name="Total">All members; of an open batch those so far.</param>
/// <param name="Pending">Those that have not ended.</param>
/// <param name="Succeeded">Those that succeeded.</param>
/// <param name="Failed">Those that failed for good.</param>
/// <param name="Revoked">Those that were revoked or expired.</param>
/// <param name="Opened">When it was opened.</param>
internal sealed record BatchView(
    string Id, string State, long Total, long Pending, long Succeeded, long Failed, long Revoked, DateTimeOffset Opened)
{
    /// <summary>A line for people.</summary>
    public string? Description { get; init; }

    /// <summary>The batch that it is a member of.</summary>
    public string? Parent { get; init; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? Closed { get; init; }

    /// <summary>When its last member ended.</summary>
    public DateTimeOffset? Completed { get; init; }

    /// <summary>The member that failed first, as far as that can be told.</summary>
    public string? FirstFailure { get; init; }

    /// <summary>Its callbacks.</summary>
    public required IReadOnlyList<BatchCallbackView> Callbacks { get; init; }

    /// <summary>The reason that a callback could not be sent for.</summary>
    public string? CallbackError { get; init; }

    internal static BatchView Of(BatchState batch, BatchCounts counts) => new(
        batch.Id, StateOf(batch.Phase), counts.Added, counts.Pending, counts.Succeeded, counts.Failed, counts.Revoked, batch.Opened)
    {
        Description = batch.Description,
        Parent = batch.Parent,
        Closed = batch.Closed,
        Completed = batch.Completed,
        FirstFailure = batch.FirstFailure is { Length: > 0 } first ? first.TrimStart('~') : null,
        CallbackError = batch.CallbackError,
        Callbacks = [.. CallbacksOf(batch)],
    };

    // That it is being looked at for the last time is nobody else's business.
    private static string StateOf(BatchPhase phase) => phase switch
    {
        BatchPhase.Open => "open",
        BatchPhase.Completed => "completed",
        _ => "closed",
    };

    private static IEnumerable<BatchCallbackView> CallbacksOf(BatchState batch)
    {
        if (batch.OnFailure is { } failure) yield return View("failure", failure, batch.FirstFailure is not null);
        var hasSucceeded = batch.Counts is { Failed: 0, Revoked: 0 };
        if (batch.OnSuccess is { } success) yield return View("success", success, batch.Phase == BatchPhase.Completed && hasSucceeded);
        if (batch.OnCompletion is { } completion) yield return View("completion", completion, batch.Phase == BatchPhase.Completed);

        BatchCallbackView View(string of, BatchCallback callback, bool isSent) =>
            new(of, callback.Task, isSent ? BatchFollowUp.BuildCallbackId(batch.Id, of) : null);
    }
}

/// <summary>A callback of a batch.</summary>
/// <param name="On"><c>failure</c>, <c>success</c> or <c>completion</c>.</param>
/// <param name="Task">The task's name.</param>
/// <param name="TaskId">The task, once it was sent.</param>
internal sealed record BatchCallbackView(string On, string Task, string? TaskId = null);

/// <summary>A page of batches.</summary>
/// <param name="Batches">The newest first.</param>
/// <param name="Next">Where the next page begins; null after the last.</param>
internal sealed record BatchPage(IReadOnlyList<BatchView> Batches, string? Next = null);
