namespace Microsoft.Azure.Functions.Worker;

/// <summary>Retries by the host.</summary>
public abstract class RetryContext
{
    /// <summary>How often the function has been retried.</summary>
    public abstract int RetryCount { get; }

    /// <summary>How often it is retried at most.</summary>
    public abstract int MaxRetryCount { get; }
}
