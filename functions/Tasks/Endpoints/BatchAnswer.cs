using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Serverless.Http;
using Serverless.Tasks.Sending;

namespace Serverless.Tasks.Endpoints;

/// <summary>The answer to a body of tasks.</summary>
/// <param name="Sent">How many were sent, or had been sent before under their ids.</param>
/// <param name="Refused">How many were not.</param>
/// <param name="Tasks">Each of them, in the order of the body.</param>
internal sealed record BatchAnswer(int Sent, int Refused, IReadOnlyList<BatchItemAnswer> Tasks);

/// <summary>The answer to one task of a body: its id, or why it was refused.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="Problem">Why it was refused.</param>
internal sealed record BatchItemAnswer(string? Id = null, BatchProblem? Problem = null)
{
    public static BatchItemAnswer Of(SendOutcome outcome) =>
        outcome.Fault is null ? new BatchItemAnswer(outcome.Id) : new BatchItemAnswer(Problem: BatchProblem.Of(outcome.Fault));
}

/// <summary>The answer that the task would have got by itself.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The kind of fault.</param>
/// <param name="Detail">What is wrong, in a sentence.</param>
/// <param name="Errors">The faults by option, where options are at fault.</param>
internal sealed record BatchProblem(int Status, string Title, string? Detail, IDictionary<string, string[]>? Errors = null)
{
    public static BatchProblem Of(Exception fault) => Problems.Of(fault) switch
    {
        ProblemHttpResult { ProblemDetails: HttpValidationProblemDetails invalid } => new BatchProblem(
            invalid.Status ?? StatusCodes.Status400BadRequest, invalid.Title ?? "", invalid.Detail, invalid.Errors),
        ProblemHttpResult { ProblemDetails: { } problem } => new BatchProblem(
            problem.Status ?? StatusCodes.Status500InternalServerError, problem.Title ?? "", problem.Detail),
        _ => new BatchProblem(
            StatusCodes.Status500InternalServerError, "The app failed", "It is not the task's fault; the app's log says why."),
    };
}
