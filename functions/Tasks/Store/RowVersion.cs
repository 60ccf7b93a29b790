using Azure;

namespace Serverless.Tasks.Store;

/// <summary>
/// The version of its task's row that a run knows. Its changes apply to that version only: a run that lost its message's lock, and with it
/// the right to go on, cannot overwrite what its successor stored.
/// </summary>
internal sealed class RowVersion(DateTimeOffset taken)
{
    // Shorter than any lock: until then nobody else can have run the attempt.
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(30);

    /// <summary>The row's tag when it was last read or written; null when neither has happened.</summary>
    public ETag? Tag { get; set; }

    /// <summary>The row must be looked at before it is changed.</summary>
    public bool IsDoubtful(DateTimeOffset now) => Tag is null && now - taken > Alone;
}
