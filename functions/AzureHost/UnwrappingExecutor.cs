using System.Runtime.ExceptionServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.AzureHost;

/// <summary>
/// Runs functions through the worker's own executor and throws what they threw: that executor wraps it in an
/// <see cref="AggregateException"/>, which Durable Task would record as the type of a failure, and the host would not take for a
/// cancellation.
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
        catch (AggregateException e) when (e.InnerExceptions is [var thrown])
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }
}
