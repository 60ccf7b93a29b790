using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Access;

/// <summary>Roles and the action log over HTTP.</summary>
internal sealed class AccessFunctions(CallerReader callers, ActionLog log)
{
    private const int DefaultSize = 50;
    private const int MaxSize = 500;

    /// <summary><c>GET /api/access</c>: who asks, and what may be done.</summary>
    [Function("AccessShow")]
    public IResult Show([HttpTrigger(AuthorizationLevel.Function, "get", Route = "access")] HttpRequest request) =>
        Results.Json(callers.Read(request), AccessJson.Options);

    /// <summary><c>GET /api/actions?size=50&amp;after=...</c>: who did what, the newest first, a page at a time.</summary>
    [Function("ActionList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "actions")] HttpRequest request, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults, TimeIndex.IsPlace);
        return faults.Any ? Problems.Invalid(faults)
            : Results.Json(await log.ListAsync(size, after, cancellationToken), AccessJson.Options);
    }
}
