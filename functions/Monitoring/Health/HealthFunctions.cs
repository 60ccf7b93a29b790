using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Serverless.Monitoring.Health;

/// <summary>The app's health on request.</summary>
internal sealed class HealthFunctions(AppHealth health)
{
    /// <summary>
    /// <c>GET /api/health</c>: 200 while the app works, if degraded, else 503. For load balancers and monitors, which have no key: it names
    /// the checks and says no more of them.
    /// </summary>
    [Function("Health")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (report, checkedAt) = await health.ReadLatestAsync(cancellationToken);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new HealthAnswer(Name(report.Status), checkedAt, report.Entries.ToDictionary(e => e.Key, e => Name(e.Value.Status))),
            JsonSerializerOptions.Web,
            statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    internal static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}

/// <summary>The state of the app.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>: the worst of the checks.</param>
/// <param name="CheckedAt">When it was looked at.</param>
/// <param name="Checks">The same by check.</param>
internal sealed record HealthAnswer(string Status, DateTimeOffset CheckedAt, IReadOnlyDictionary<string, string> Checks);
