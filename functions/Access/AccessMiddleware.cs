using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Serverless.Access;

/// <summary>Puts <see cref="AccessGate"/> before the functions.</summary>
internal sealed class AccessMiddleware(AccessGate gate) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http && gate.Check(http, context.FunctionDefinition.Name) is { } refusal)
            await refusal.ExecuteAsync(http);
        else await next(context);
    }
}
