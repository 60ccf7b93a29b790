using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>Words refusals as problem+json (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>400 with every fault, by option.</summary>
    public static IResult Invalid(Faults faults) => Results.ValidationProblem(
        faults.ToErrors(), title: "The request has invalid options", detail: "Correct what \"errors\" lists, by option, and send it again.");

    /// <summary>Any other refusal.</summary>
    public static IResult Create(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}
