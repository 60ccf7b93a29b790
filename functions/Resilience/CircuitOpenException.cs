namespace Serverless.Resilience;

/// <summary>A call was not made, because the service's circuit breaker is open.</summary>
internal sealed class CircuitOpenException(string breaker, TimeSpan retryAfter, Exception? innerException = null)
    : Exception($"The circuit breaker '{breaker}' is open; it may close in {retryAfter.TotalSeconds:0} s.", innerException)
{
    /// <summary>The breaker's name.</summary>
    public string Breaker => breaker;

    /// <summary>When a call may be tried again.</summary>
    public TimeSpan RetryAfter => retryAfter;
}
