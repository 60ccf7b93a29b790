using Serverless.Resilience;

namespace Serverless.Tasks.Retries;

/// <summary>The strategy of each error class.</summary>
internal sealed class ErrorStrategies(Random random)
{
    private readonly Dictionary<ErrorClass, IErrorStrategy> _strategies = new()
    {
        [ErrorClass.Connection] = new ConnectionStrategy(random),
        [ErrorClass.Timeout] = new TimeoutStrategy(),
        [ErrorClass.Validation] = new ValidationStrategy(),
        [ErrorClass.BusinessRule] = new BusinessRuleStrategy(),
        [ErrorClass.ResourceExhaustion] = new ResourceExhaustionStrategy(),
        [ErrorClass.Other] = new OtherStrategy(),
    };

    /// <summary>Decides how to go on after an error of a class.</summary>
    public ValueTask<RetryDecision> DecideAsync(ErrorClass errorClass, FailedRun run) => _strategies[errorClass].DecideAsync(run);
}
