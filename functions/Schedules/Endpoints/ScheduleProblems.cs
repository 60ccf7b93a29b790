using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Schedules.Endpoints;

/// <summary>Words the endpoints' errors as problem+json.</summary>
internal static class ScheduleProblems
{
    public static IResult Unknown(string name) => Problems.NotFound(
        "There is no such schedule", $"No schedule is called '{name}'. GET /api/schedules lists them.");
}
