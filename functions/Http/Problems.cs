using Microsoft.AspNetCore.Http;
using Serverless.Storage;

namespace Serverless.Http;

/// <summary>Words refusals as problem+json (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>400 with every fault, by option.</summary>
    public static IResult Invalid(Faults faults) => Results.ValidationProblem(
        faults.ToErrors(), title: "The request has invalid options", detail: "Correct what \"errors\" lists, by option, and send it again.");

    /// <summary>409 for an id that is in use for another request, and what differs.</summary>
    public static IResult IdTaken(IdTakenException taken) => Results.Problem(
        taken.Message, statusCode: StatusCodes.Status409Conflict, title: "The id is taken", extensions: new Dictionary<string, object?> { ["differs"] = taken.Differing });

    /// <summary>409 for an id that is in use for work of another kind.</summary>
    public static IResult IdTaken(InstanceTakenException taken) => Create(StatusCodes.Status409Conflict, "The id is taken", taken.Message);

    /// <summary>Any other refusal.</summary>
    public static IResult Create(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}
