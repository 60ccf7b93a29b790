using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.CsvJobs.Endpoints;

/// <summary>Words what only CSV jobs refuse.</summary>
internal static class CsvProblems
{
    public static IResult UnknownJob(string id) => Problems.NotFound(
        "There is no such job", $"No CSV job has the id {id}. GET /api/csv lists the jobs.");
}
