using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.Tasks.Retries;

namespace Serverless.Tasks.Running;

/// <summary>
/// The only place where handlers run, whether for a message, a workflow's step or an item of a map: in a scope of their own, for as long as
/// they may, recorded from beginning to end, and with their errors classified.
/// </summary>
internal sealed class HandlerInvoker(
    IServiceScopeFactory scopes, IExecutionRecorder recorder, ErrorClassifier classifier, TimeProvider time)
{
    /// <summary>Runs the handler once.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="cancellationToken">
    /// The host stops, or whoever asked no longer does: the run throws and is not recorded as ended, since it comes again.
    /// </param>
    /// <exception cref="OperationCanceledException">The caller's token ended it.</exception>
    internal async Task<HandlerOutcome> InvokeAsync(HandlerRun run, CancellationToken cancellationToken)
    {
        using var running = recorder.RecordStart(run.Id, run.Definition.Name, run.Lane, run.Attempt);
        var (started, from, allocated) = (time.GetUtcNow(), time.GetTimestamp(), GC.GetTotalAllocatedBytes());
        var (outcome, state) = await RunInScopeAsync(run, cancellationToken);
        var execution = new TaskExecution(
            run.Id, run.Definition.Name, run.Lane, run.Attempt, state, (outcome as HandlerOutcome.Failed)?.Class, started,
            time.GetElapsedTime(from),
            GC.GetTotalAllocatedBytes() - allocated);
        recorder.RecordEnd(execution, isKept: !run.IsOneOfMany || outcome is HandlerOutcome.Failed);
        return outcome;
    }

    private async Task<(HandlerOutcome Outcome, ExecutionState State)> RunInScopeAsync(HandlerRun run, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(run.Timeout, time);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, run.Revoked, cancellationToken);

        // What a handler does when it is told to stop may throw: on the thread of the time limit's timer that would end the process.
        using var told = new CancellationTokenSource();
        await using var telling = all.Token.UnsafeRegister(static source => _ = ((CancellationTokenSource)source!).CancelAsync(), told);
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            return (new HandlerOutcome.Succeeded(await run.Call(scope.ServiceProvider, told.Token)), ExecutionState.Success);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a handler throws once it is told to stop, it stopped.
        catch (Exception) when (run.Revoked.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return (new HandlerOutcome.Revoked(), ExecutionState.Revoked);
        }
#pragma warning disable CA1031 // Whatever a handler throws is classified, recorded and acted on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var error = e is OperationCanceledException && limit.IsCancellationRequested
                ? new TimeoutException($"The run took longer than {run.Timeout.TotalSeconds:0} s.", e)
                : e;
            var failed = new HandlerOutcome.Failed(classifier.Classify(error), error);
            return (failed, await run.WillRetry(scope.ServiceProvider, failed) ? ExecutionState.Retry : ExecutionState.Failure);
        }
    }
}

/// <summary>One run of a handler.</summary>
/// <param name="Definition">The task.</param>
/// <param name="Id">The task's id.</param>
/// <param name="Lane">The Service Bus queue that it came from, or what else runs it.</param>
/// <param name="Attempt">From 0.</param>
/// <param name="Timeout">How long it may take.</param>
internal sealed record HandlerRun(TaskDefinition Definition, string Id, string Lane, int Attempt, TimeSpan Timeout)
{
    /// <summary>Calls the handler with its arguments, within a scope, until the token ends it.</summary>
    public required Func<IServiceProvider, CancellationToken, Task<byte[]>> Call { get; init; }

    /// <summary>Decides, within the scope of the run that failed, whether another attempt follows.</summary>
    public required Func<IServiceProvider, HandlerOutcome.Failed, ValueTask<bool>> WillRetry { get; init; }

    /// <summary>There may be millions of its kind: all are counted, and only those that failed are kept one by one.</summary>
    public bool IsOneOfMany { get; init; }

    /// <summary>Somebody revoked the task: whatever the run throws from then on, it was revoked.</summary>
    public CancellationToken Revoked { get; init; }
}

/// <summary>The outcome of a handler's run.</summary>
internal abstract record HandlerOutcome
{
    private HandlerOutcome()
    {
    }

    /// <summary>It returned.</summary>
    /// <param name="Result">UTF-8 JSON.</param>
    public sealed record Succeeded(byte[] Result) : HandlerOutcome;

    /// <summary>It was revoked while it ran.</summary>
    public sealed record Revoked : HandlerOutcome;

    /// <summary>It threw, or took too long, which is a <see cref="TimeoutException"/>.</summary>
    public sealed record Failed(ErrorClass Class, Exception Exception) : HandlerOutcome;
}
