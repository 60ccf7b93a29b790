namespace Microsoft.DurableTask;

/// <summary>True to try again. A handler is orchestrator code: it is replayed.</summary>
public delegate bool RetryHandler(RetryContext retryContext);
