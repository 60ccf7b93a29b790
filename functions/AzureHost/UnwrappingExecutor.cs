using System.Diagnostics;
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
            e.InnerExceptions is [var thrown] && !IsCancellation(thrown, context) && !IsOfTheApp(e))
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    private static bool IsCancellation(Exception thrown, FunctionContext context) =>
        thrown is OperationCanceledException && context.CancellationToken.IsCancellationRequested;

    // The worker reads the result of a failed task when the function is long over. What a function throws itself, without a task or before
    // it has one, is thrown with code of the app on the stack: that is its own, even if it looks like a wrapper.
    private static bool IsOfTheApp(AggregateException thrown) => new StackTrace(thrown).GetFrames()
        .Select(frame => frame.GetMethod()?.DeclaringType)
        .Any(type => type?.Assembly == typeof(UnwrappingExecutor).Assembly
            && type != typeof(UnwrappingExecutor) && type.DeclaringType != typeof(UnwrappingExecutor));
}
