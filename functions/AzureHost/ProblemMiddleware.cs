using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Serverless.AzureHost;

/// <summary>Lets the app answer for HTTP functions that threw: the Functions host answers 500 without a word.</summary>
internal sealed class ProblemMiddleware(IExceptionHandler handler) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (
            e is not OperationCanceledException && !context.CancellationToken.IsCancellationRequested
            && context.GetHttpContext() is not null)
        {
            if (!await handler.TryHandleAsync(context.GetHttpContext()!, e, context.CancellationToken)) throw;
        }
    }
}
