using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.Http;

/// <summary>Maps HTTP functions to routes and runs them.</summary>
internal sealed class FunctionEndpoints(HttpTriggerKind kind, FunctionInvoker invoker)
{
    // Where FunctionContext.GetHttpContext looks for it.
    private const string HttpContextKey = "HttpRequestContext";

    /// <summary>Checks all routes; a line in <paramref name="faults"/> for each that is wrong or taken twice.</summary>
    public IReadOnlyList<Endpoint> Create(IEnumerable<BoundFunction> functions, ICollection<string> faults)
    {
        var endpoints = new List<Endpoint>();
        var taken = new Dictionary<string, List<BoundFunction>>(StringComparer.OrdinalIgnoreCase);
        foreach (var function in functions)
        {
            try
            {
                var pattern = kind.BuildRoute(function);
                var rivals = taken.TryGetValue(pattern.RawText!, out var list) ? list : taken[pattern.RawText!] = [];
                if (rivals.Find(r => Overlap(r, function)) is { } rival)
                    throw new BindingFaultException($"its route '{pattern.RawText}' and methods are also those of {rival.Method}.");
                rivals.Add(function);
                endpoints.Add(Endpoint(function, pattern));
            }
            catch (BindingFaultException e)
            {
                faults.Add($"{function.Method}: {e.Message}");
            }
        }

        return endpoints;
    }

    private static bool Overlap(BoundFunction a, BoundFunction b)
    {
        var (first, second) = (HttpTriggerKind.ListMethods(a), HttpTriggerKind.ListMethods(b));
        return first.Count == 0 || second.Count == 0 || first.Intersect(second).Any();
    }

    private RouteEndpoint Endpoint(BoundFunction function, RoutePattern pattern)
    {
        var builder = new RouteEndpointBuilder(context => RunAsync(function, context), pattern, order: 0) { DisplayName = function.Name };
        var methods = HttpTriggerKind.ListMethods(function);
        if (methods.Count > 0) builder.Metadata.Add(new HttpMethodMetadata(methods));
        return (RouteEndpoint)builder.Build();
    }

    private async Task RunAsync(BoundFunction function, HttpContext context)
    {
        var outer = context.RequestServices;
        try
        {
            await invoker.InvokeAsync(function, context, Data(context), AnswerAsync, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
#pragma warning disable CA1031 // The invoker has logged it; the caller learns no details.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            context.Response.StatusCode = e is BadHttpRequestException broken ? broken.StatusCode
                : StorageFull.Is(e) ? StatusCodes.Status507InsufficientStorage
                : StatusCodes.Status500InternalServerError;
        }
        finally
        {
            context.RequestServices = outer;
        }

        async Task<object?> AnswerAsync(Invocation invocation)
        {
            context.RequestServices = invocation.InstanceServices;
            invocation.Items[HttpContextKey] = context;
            try
            {
                object? result = null;
                await Through(invocation, async () =>
                {
                    result = await function.CallAsync(invocation);
                    await FunctionResponse.WriteAsync(context, result);
                })(invocation);
                ErrorAnswers.Leave(context);
                return result;
            }
            // A full disk is the host's to tell.
            catch (Exception e) when (e is not OperationCanceledException && !StorageFull.Is(e))
            {
                if (await IsHandledAsync(context, invocation, e)) return null;
                throw;
            }
        }
    }

    /// <summary>The app's middlewares, the first one outermost, around a function.</summary>
    private static FunctionExecutionDelegate Through(Invocation invocation, Func<Task> function) =>
        invocation.InstanceServices.GetServices<IFunctionsWorkerMiddleware>().Reverse().Aggregate(
            (FunctionExecutionDelegate)(_ => function()), (next, middleware) => context => middleware.Invoke(context, next));

    /// <summary>An app may answer for its functions that threw, as a middleware of the worker would.</summary>
    private static async Task<bool> IsHandledAsync(HttpContext context, Invocation invocation, Exception exception)
    {
        foreach (var handler in invocation.InstanceServices.GetServices<IExceptionHandler>())
        {
            if (await handler.TryHandleAsync(context, exception, invocation.CancellationToken)) return true;
        }

        return false;
    }

    private static Dictionary<string, object?> Data(HttpContext context)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in context.Request.Query) data[name] = value.ToString();
        foreach (var (name, value) in context.Request.RouteValues) data[name] = value;
        return data;
    }
}
