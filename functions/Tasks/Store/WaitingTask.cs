using Azure;

namespace Serverless.Tasks.Store;

/// <summary>
/// A task that has not ended, and should have been taken from its queue; or that was failed, which its batch may not know.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Queue">The queue it was sent to, or the lane it was last in.</param>
/// <param name="Due">When it could start.</param>
/// <param name="Version">Its row, as it was read.</param>
internal sealed record WaitingTask(string Id, string Queue, DateTimeOffset Due, ETag Version)
{
    /// <summary>The batch that it is a member of; null for most tasks.</summary>
    public string? Batch { get; init; }

    /// <summary>It was failed since its message is gone, and is not known to be counted in its batch.</summary>
    public bool IsUncounted { get; init; }

    /// <summary>Which of its runs the row tells of.</summary>
    public required (int Redrives, int Attempt, int Deferrals) Run { get; init; }
}
