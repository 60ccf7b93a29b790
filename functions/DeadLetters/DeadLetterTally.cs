namespace Serverless.DeadLetters;

/// <summary>The fate of dead letters, counted.</summary>
/// <param name="Requeued">Sent again.</param>
/// <param name="Deleted">Deleted without being sent again.</param>
/// <param name="Kept">Still there.</param>
internal sealed record DeadLetterTally(int Requeued, int Deleted, int Kept)
{
    /// <summary>Those that are no dead letters any more.</summary>
    internal int Gone => Requeued + Deleted;

    /// <summary>Both together.</summary>
    public static DeadLetterTally operator +(DeadLetterTally one, DeadLetterTally other) =>
        new(one.Requeued + other.Requeued, one.Deleted + other.Deleted, one.Kept + other.Kept);
}
