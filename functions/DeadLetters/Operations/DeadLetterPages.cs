namespace Serverless.DeadLetters.Operations;

/// <summary>The place to look for the next dead letters of an operation.</summary>
internal sealed record PlanPage(QueueOperation Operation, string Lane, long From);

/// <summary>Dead letters that an operation is to settle.</summary>
/// <param name="Numbers">Their sequence numbers, in order.</param>
/// <param name="Next">Where to look on; null at the lane's end.</param>
internal sealed record PlannedPage(List<long> Numbers, long? Next);

/// <summary>Dead letters to requeue or delete.</summary>
/// <param name="Operation">What for.</param>
/// <param name="Lane">The lane that they were dead-lettered in.</param>
/// <param name="Numbers">Their sequence numbers.</param>
/// <param name="IsWatched">True when somebody waits for how the requeued tasks end.</param>
internal sealed record SettlePage(QueueOperation Operation, string Lane, List<long> Numbers, bool IsWatched = false);

/// <summary>A page of waiting messages to delete.</summary>
internal sealed record PurgePage(string Lane, int Max);
