using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>The answers to refused requests about dead letters.</summary>
internal static class DeadLetterProblems
{
    /// <summary>404 for an id that none of them has.</summary>
    public static IResult Unknown(string queue, string id) => Problems.NotFound(
        "No such dead letter",
        $"The queue '{queue}' has no dead letter '{id}' among the first 100,000. GET /api/queues/{queue}/deadletters lists them.");
}
