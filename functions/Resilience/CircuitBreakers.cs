using System.Collections.Concurrent;
using Polly;
using Polly.CircuitBreaker;

namespace Serverless.Resilience;

/// <summary>
/// Circuit breakers by name, one for each service that handlers call: once 5 calls or more within 60 s were made and half of
/// them failed, no call is made for 60 s, then one is tried. An instance knows its own breakers only: each finds out for itself.
/// </summary>
internal sealed class CircuitBreakers(TimeProvider time)
{
    private const int MinCalls = 5;
    private static readonly TimeSpan Open = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Breaker> _breakers = new(StringComparer.Ordinal);

    /// <summary>The breakers that were used so far, and whether they let calls through.</summary>
    public IReadOnlyDictionary<string, CircuitState> States =>
        _breakers.ToDictionary(b => b.Key, b => b.Value.GetState(time.GetUtcNow()), StringComparer.Ordinal);

    /// <summary>Makes a call through a breaker.</summary>
    /// <param name="name">The service, such as a host name.</param>
    /// <param name="call">The call; its exceptions count as failures, cancellation does not.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CircuitOpenException">The breaker is open, and the call was not made.</exception>
    public async ValueTask<T> ExecuteAsync<T>(string name, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        var breaker = _breakers.GetOrAdd(name, Create);
        try
        {
            return await breaker.Pipeline.ExecuteAsync(call, cancellationToken);
        }
        catch (BrokenCircuitException e)
        {
            throw new CircuitOpenException(name, e.RetryAfter ?? Open, e);
        }
    }

    private Breaker Create(string name)
    {
        var breaker = new Breaker();
        breaker.Pipeline = new ResiliencePipelineBuilder { TimeProvider = time, Name = name }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = MinCalls,
                SamplingDuration = Open,
                BreakDuration = Open,
                StateProvider = breaker.Provider,
                OnOpened = opened =>
                {
                    breaker.OpenUntilTicks = (time.GetUtcNow() + opened.BreakDuration).UtcTicks;
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        return breaker;
    }

    private sealed class Breaker
    {
        public ResiliencePipeline Pipeline { get; set; } = ResiliencePipeline.Empty;

        public CircuitBreakerStateProvider Provider { get; } = new();

        public long OpenUntilTicks { get; set; }

        // The pipeline itself stays open until somebody calls.
        public CircuitState GetState(DateTimeOffset now) =>
            Provider.CircuitState is CircuitState.Open && now.UtcTicks >= OpenUntilTicks ? CircuitState.HalfOpen : Provider.CircuitState;
    }
}
