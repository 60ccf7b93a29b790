namespace Serverless.Queues;

/// <summary>What became of the dead letters of one walk.</summary>
/// <param name="Requeued">Sent again.</param>
/// <param name="Deleted">Deleted without being sent again.</param>
/// <param name="Kept">Still there.</param>
public sealed record DeadLetterTally(int Requeued, int Deleted, int Kept);
