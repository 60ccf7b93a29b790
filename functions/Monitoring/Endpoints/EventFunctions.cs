using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Monitoring.Changes;

namespace Serverless.Monitoring.Endpoints;

/// <summary>The changes, for pages that show them.</summary>
internal sealed class EventFunctions(ChangeStore changes, TimeProvider time)
{
    /// <summary>
    /// <c>GET /api/events?after=CURSOR</c>: what changed since a cursor, as a page with an ETag, 304 when nothing did; with
    /// <c>Accept: text/event-stream</c> as server-sent events, resumed by <c>Last-Event-ID</c>. Without a cursor it begins now.
    /// </summary>
    [Function("Events")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "events")] HttpRequest request, CancellationToken cancellationToken)
    {
        var isStream = request.Headers.Accept.Any(a => a?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true);
        var asked = isStream && request.Headers["Last-Event-ID"] is [{ Length: > 0 } last] ? last
            : request.Query["after"] is [{ Length: > 0 } after] ? after : null;
        ChangeCursor? cursor = null;
        if (asked is not null && !ChangeCursor.TryParse(asked, out cursor))
        {
            var faults = new ValidationErrors();
            faults.Add("after", "Must be what the answer before had as \"next\".");
            return Problems.Invalid(faults);
        }

        if (isStream) return new EventStream(changes, cursor, time);
        var page = await changes.ReadAsync(cursor, cancellationToken);
        var tag = $"\"{page.Next}\"";
        request.HttpContext.Response.Headers.ETag = tag;
        request.HttpContext.Response.Headers.CacheControl = "private, no-cache";
        return page is { Changes.Count: 0, IsReset: false } && request.Headers.IfNoneMatch.Contains(tag)
            ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Json(page, AppJson.Options);
    }
}
