using Azure;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>Words refusals as problem+json (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>The advice for faults by option.</summary>
    private const string Correct = "Correct what \"errors\" lists, by option, and send it again. Nothing was started or stored.";

    /// <summary>400 with every fault, by option.</summary>
    public static IResult Invalid(ValidationErrors faults, string title = "The request has invalid options") =>
        Results.ValidationProblem(faults.ToErrors(), title: title, detail: Correct);

    /// <summary>404 for an id or a name that nobody has.</summary>
    /// <param name="kind">The word for what was asked for, such as <c>run</c>.</param>
    /// <param name="id">The id or name.</param>
    /// <param name="hint">Where those are listed that there are, or why it may be gone.</param>
    public static IResult NotFound(string kind, string id, string hint) =>
        NotFound($"There is no such {kind}", $"There is no {kind} '{id}'. {hint}");

    /// <summary>404, and where to look instead.</summary>
    public static IResult NotFound(string title, string detail) => Create(StatusCodes.Status404NotFound, title, detail);

    /// <summary>409, and what stands in the way.</summary>
    public static IResult Conflict(string title, string detail) => Create(StatusCodes.Status409Conflict, title, detail);

    /// <summary>409 for what has ended, or is about to.</summary>
    /// <param name="kind">The word for it, such as <c>run</c>.</param>
    /// <param name="id">Its id.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="done">The change that was asked for, such as <c>cancelled</c>.</param>
    public static IResult TooLate(string kind, string id, string state, string done) =>
        Conflict("Too late", $"The {kind} '{id}' is {state.ToLowerInvariant()}; it cannot be {done}.");

    /// <summary>412 for a version that is not the current one any more.</summary>
    /// <param name="kind">The word for what was to be changed or read, such as <c>file</c>.</param>
    public static IResult Changed(string kind) => Create(
        StatusCodes.Status412PreconditionFailed, $"The {kind} is of another version",
        $"Read it again, and give the ETag of that answer in If-Match; If-None-Match: * stands for a {kind} that is not there yet.");

    /// <summary>Any other refusal.</summary>
    public static IResult Create(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);

    /// <summary>The one place where exceptions become answers; null for what the caller can do nothing about.</summary>
    public static IResult? Of(Exception e) => e switch
    {
        IRefusal { Errors: { } errors } refusal =>
            Results.ValidationProblem(errors, title: refusal.Title, detail: Correct, statusCode: refusal.Status),
        IRefusal refusal => Results.Problem(e.Message, statusCode: refusal.Status, title: refusal.Title, extensions: refusal.Extensions),
        BadHttpRequestException broken =>
            Create(broken.StatusCode, "The request cannot be read", "The request breaks off, is too slow, or is no HTTP."),
        ServiceBusException { IsTransient: true } =>
            Create(
                StatusCodes.Status503ServiceUnavailable, "The broker does not answer",
                "Send it again in a while; with an id of its own, what has arrived after all is not done twice."),
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } =>
            Create(StatusCodes.Status503ServiceUnavailable, "The storage does not answer", "Send it again in a while."),
        _ => null,
    };
}
