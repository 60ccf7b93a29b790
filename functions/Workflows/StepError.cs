using Microsoft.DurableTask;
using Serverless.Resilience;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.Workflows.Run;

namespace Serverless.Workflows;

/// <summary>The error of a step or a task of a workflow.</summary>
/// <param name="Type">The name of the exception's type, such as <c>TimeoutException</c>, or the state a task ended in.</param>
/// <param name="Message">What happened, at most 1,000 characters.</param>
/// <param name="Step">The step or node it happened in, when that is not the one at hand.</param>
internal sealed record StepError(string Type, string Message, string? Step = null)
{
    private const int MaxLength = 1_000;

    /// <summary>From what an activity or a sub-orchestration threw.</summary>
    public static StepError From(TaskFailureDetails failure) =>
        failure is { InnerFailure: { } handlers } && failure.IsCausedBy<FinalFailureException>()
        ? From(handlers)
        : new(ErrorName.Of(failure.ErrorType), Cut(failure.ErrorMessage));

    /// <summary>From how a task ended.</summary>
    public static StepError From(TaskState state, TaskError? error) =>
        new(error?.Type ?? (state == TaskState.Revoked ? "Revoked" : "Failure"), Cut(error?.Message ?? $"The task ended as {state}."));

    /// <summary>From an exception.</summary>
    public static StepError From(Exception exception) => new(ErrorName.Of(exception), Cut(exception.Message));

    private static string Cut(string text) => text.Length <= MaxLength ? text : text[..MaxLength];
}
