namespace Microsoft.DurableTask;

/// <summary>True to try again. A handler is orchestrator code: it is replayed, and waits on nothing but its context's tasks.</summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
