using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Tasks.Endpoints;

/// <summary>The answers to refused requests about tasks and queues.</summary>
internal static class TaskProblems
{
    /// <summary>404 for an id that nobody knows, or that is forgotten by now.</summary>
    public static IResult Unknown(string id) =>
        Problems.NotFound(
            "No such task",
            $"There is no task '{id}': it was never sent, ignores its result, or is forgotten (1 hour after its end by default).");
}
