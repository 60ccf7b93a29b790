using Microsoft.DurableTask.Client;

namespace Serverless.Jobs;

/// <summary>
/// The end of a job's orchestration that the job's row was not told of: whoever ends one through the Durable management API tells nobody.
/// </summary>
/// <param name="Error">Why it failed; null when it was terminated, which is a cancellation.</param>
internal sealed record UntoldEnd(string? Error)
{
    /// <summary>The end of an unended job's orchestration; null where it goes on, or has not begun.</summary>
    public static UntoldEnd? Find(OrchestrationMetadata? instance, bool isBegun) => instance?.RuntimeStatus switch
    {
        null => isBegun ? new(IJobRow.Lost) : null,
        OrchestrationRuntimeStatus.Terminated => new(Error: null),
        OrchestrationRuntimeStatus.Failed => new(instance.FailureDetails?.ErrorMessage ?? "The orchestration failed."),
        _ => null,
    };
}
