using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>
/// Calls functions: a scope of services, a context, a time limit, one log line for the end. All triggers go through it. What a
/// function throws is logged here, unless its kind does that, and thrown on; whoever catches it must not log it again.
/// </summary>
internal sealed class FunctionInvoker(IServiceScopeFactory scopes, TimeProvider time, ILoggerFactory logging, HostSettings settings)
    : IDisposable
{
    private static readonly ActivitySource Activities = new("Microsoft.Azure.Functions.Worker");

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancels all invocations: the host's time to end them well is nearly over.</summary>
    public void CancelAll() => _stopping.Cancel();

    /// <param name="function">The function.</param>
    /// <param name="trigger">What its kind's binders read.</param>
    /// <param name="data">Trigger metadata that the function's context shows.</param>
    /// <param name="run">Calls the function, with what its kind does around it while the invocation's services live.</param>
    /// <param name="cancellation">Cancels this invocation, beside the host's stop and the time limit.</param>
    /// <exception cref="TimeoutException">The function ran longer than host.json's <c>functionTimeout</c>; it was cancelled, but may still
    /// run.</exception>
    public async Task<object?> InvokeAsync(
        BoundFunction function,
        object trigger,
        IReadOnlyDictionary<string, object?>? data = null,
        Func<Invocation, Task<object?>>? run = null,
        CancellationToken cancellation = default)
    {
        var logger = logging.CreateLogger($"Function.{function.Name}");
        using var limit = new CancellationTokenSource(settings.FunctionTimeout, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token, cancellation);
        await using var scope = scopes.CreateAsyncScope();
        var invocation = new Invocation(function, trigger, data, scope.ServiceProvider, token.Token);
        using var activity = Activities.StartActivity(function.Name, ActivityKind.Server);
        activity?.SetTag("faas.invocation_id", invocation.InvocationId);
        var started = time.GetTimestamp();
        try
        {
            var result = await (run?.Invoke(invocation) ?? function.CallAsync(invocation)).WaitAsync(limit.Token);
            var milliseconds = Milliseconds(started);
            Logs.Succeeded(logger, function.Kind.SuccessLevel, function.Name, invocation.InvocationId, milliseconds);
            return result;
        }
        catch (OperationCanceledException) when (!limit.IsCancellationRequested && token.IsCancellationRequested)
        {
            Logs.Cancelled(logger, function.Name, invocation.InvocationId, Milliseconds(started));
            throw;
        }
        catch (Exception e)
        {
            var failure = limit.IsCancellationRequested
                ? new TimeoutException($"{function.Name} ran longer than {settings.FunctionTimeout}.", e) : e;
            activity?.SetStatus(ActivityStatusCode.Error, failure.GetType().FullName);
            if (function.Kind.LogsFailures) Logs.Failed(logger, function.Name, invocation.InvocationId, Milliseconds(started), failure);
            if (failure != e) throw failure;
            throw;
        }
    }

    /// <summary>
    /// Calls code that is run again from its start whenever it goes on, and that is left when it waits: nothing of it may outlive
    /// a turn, so it gets no time limit and no log line of its end.
    /// </summary>
    public async Task<object?> ReplayAsync(BoundFunction function, object trigger, IReadOnlyDictionary<string, object?>? data)
    {
        // A turn that waits never comes back here: then the scope is left to the collector.
        using var scope = scopes.CreateScope();
        return await function.CallAsync(new Invocation(function, trigger, data, scope.ServiceProvider, _stopping.Token));
    }

    public void Dispose() => _stopping.Dispose();

    private double Milliseconds(long started) => time.GetElapsedTime(started).TotalMilliseconds;
}
