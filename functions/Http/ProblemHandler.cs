using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.Http;

/// <summary>Answers for HTTP functions that threw: what was wrong with the request, or that the app failed.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.Response.HasStarted || httpContext.RequestAborted.IsCancellationRequested) return false;
        if (Problems.Of(exception) is not { } problem)
        {
            RequestFailed(logger, httpContext.Request.Method, httpContext.Request.Path, exception);
            problem = Problems.Create(
                StatusCodes.Status500InternalServerError, "The app failed", "It is not the request's fault; the app's log says why.");
        }

        httpContext.Response.Clear();
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void RequestFailed(ILogger logger, string method, PathString path, Exception exception);
}
