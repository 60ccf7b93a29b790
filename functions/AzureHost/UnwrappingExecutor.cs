using System.Runtime.ExceptionServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.AzureHost;

/// <summary>
/// Runs functions through the worker's own executor and throws what they threw: that executor wraps the failure of a function's task in
/// an <see cref="AggregateException"/>, which Durable Task would record as the failure's type. A cancellation that the host asked for
/// stays wrapped: the worker tells it by what is inside.
/// </summary>
internal sealed class UnwrappingExecutor(IFunctionExecutor inner) : IFunctionExecutor
{
    /// <summary>Puts itself before the executor that is registered.</summary>
    public static void Register(IServiceCollection services)
    {
        var inner = services.Last(s => s.ServiceType == typeof(IFunctionExecutor)).ImplementationType!;
        services.AddSingleton<IFunctionExecutor>(provider =>
            new UnwrappingExecutor((IFunctionExecutor)ActivatorUtilities.CreateInstance(provider, inner)));
    }

    /// <inheritdoc/>
    public async ValueTask ExecuteAsync(FunctionContext context)
    {
        try
        {
            await inner.ExecuteAsync(context);
        }
        catch (AggregateException e) when (
            e.InnerExceptions is [var thrown] && !IsCancellation(thrown, context) && HasTask(context.FunctionDefinition))
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    private static bool IsCancellation(Exception thrown, FunctionContext context) =>
        thrown is OperationCanceledException && context.CancellationToken.IsCancellationRequested;

    // Of a function without a task nothing is wrapped: what it threw is its own, even if it looks like that.
    private static bool HasTask(FunctionDefinition function)
    {
        var dot = function.EntryPoint.LastIndexOf('.');
        var methods = typeof(UnwrappingExecutor).Assembly.GetType(function.EntryPoint[..dot])?.GetMethods() ?? [];
        return Array.Exists(
            methods,
            m => m.Name == function.EntryPoint[(dot + 1)..] && m.IsDefined(typeof(FunctionAttribute), inherit: false)
                && m.ReturnType.IsAssignableTo(typeof(Task)));
    }
}
