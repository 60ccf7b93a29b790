using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Workflows.Endpoints;

/// <summary>The answers that functions of workflows share.</summary>
internal static class WorkflowAnswers
{
    /// <summary>202 for a run: its id, and where it stands.</summary>
    public static IResult Accepted(HttpRequest request, string id)
    {
        request.HttpContext.Response.Headers.RetryAfter = "1";
        var status = Addresses.Of(request, "workflows", $"workflows/runs/{id}");
        return Results.Accepted(status, new Started(id, status));
    }
}
