using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>What a caller is told when a request about dead letters is refused.</summary>
internal static class DeadLetterProblems
{
    /// <summary>404 for an id that none of them has.</summary>
    public static IResult Unknown(string queue, string id) => Problems.Create(
        StatusCodes.Status404NotFound, "No such dead letter",
        $"The queue '{queue}' has no dead letter '{id}' among the first 100,000. GET /api/queues/{queue}/deadletters lists them.");
}
