using Serverless.Resilience;

namespace Serverless.Workflows;

/// <summary>
/// The rule for further tries of a step's task. Delays are for errors of no class; the others have their own strategies (see Errors/).
/// </summary>
/// <param name="MaxRetries">0 to 100.</param>
/// <param name="DelaySeconds">Before the first retry, 0 to 86,400. Default 60.</param>
/// <param name="Backoff">What the delay is multiplied with from retry to retry, 1 to 10. Default 2.</param>
internal sealed record WorkflowRetry(int MaxRetries, int DelaySeconds = 60, double Backoff = 2)
{
    private const double MaxDelaySeconds = 86_400;

    /// <summary>Errors that the same arguments will meet again.</summary>
    public static bool IsFinal(ErrorClass errorClass) => errorClass is ErrorClass.Validation or ErrorClass.BusinessRule;

    /// <summary>Decides whether another attempt follows one that failed.</summary>
    /// <param name="attempt">The attempt that failed, from 0.</param>
    /// <param name="errorClass">What it failed with.</param>
    public bool Allows(int attempt, ErrorClass errorClass) => attempt < MaxRetries && !IsFinal(errorClass);

    /// <summary>Calculates the wait after a failed attempt, at most a day.</summary>
    public TimeSpan CalculateDelay(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(MaxDelaySeconds, DelaySeconds * Math.Pow(Backoff, attempt)));
}
