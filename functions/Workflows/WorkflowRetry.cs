namespace Serverless.Workflows;

/// <summary>How a task of a step is tried again. Delays are for errors of no class; the others have their own strategies (see Errors/).</summary>
/// <param name="MaxRetries">0 to 100.</param>
/// <param name="DelaySeconds">Before the first retry, 0 to 86,400. Default 60.</param>
/// <param name="Backoff">What the delay is multiplied with from retry to retry, 1 to 10. Default 2.</param>
public sealed record WorkflowRetry(int MaxRetries, int DelaySeconds = 60, double Backoff = 2);
