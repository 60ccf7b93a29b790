using Microsoft.AspNetCore.Http;
using Serverless.Csv.Jobs.Door;

namespace Serverless.Csv.Jobs.Endpoints;

/// <summary>Words the endpoints' errors as problem+json.</summary>
internal static class Problems
{
    public static IResult Invalid(Faults faults) => Results.ValidationProblem(
        faults.ToErrors(), title: "The request has invalid options", detail: "Correct what \"errors\" lists, by option, and send it again.");

    public static IResult UnknownJob(string id) => Create(
        StatusCodes.Status404NotFound, "There is no such job", $"No CSV job has the id {id}. GET /api/csv lists the jobs.");

    public static IResult Create(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}
