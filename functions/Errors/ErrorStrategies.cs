namespace Serverless.Errors;

/// <summary>The strategy of each error class.</summary>
public sealed class ErrorStrategies(ErrorClassifier classifier, Random random)
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

    /// <summary>The error's class and what follows from it.</summary>
    public async ValueTask<(ErrorClass Class, Verdict Verdict)> DecideAsync(FailedRun run)
    {
        var errorClass = classifier.Classify(run.Exception);
        return (errorClass, await _strategies[errorClass].DecideAsync(run));
    }
}
