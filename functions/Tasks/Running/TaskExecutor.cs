using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Errors;
using Serverless.Monitoring;

namespace Serverless.Tasks;

/// <summary>Runs one attempt of a task: finds out whether it still has to run, calls the handler, and says what follows.</summary>
internal sealed class TaskExecutor(
    TaskStore store,
    TaskRevocations revocations,
    TaskArguments arguments,
    ErrorStrategies strategies,
    IServiceScopeFactory scopes,
    IExecutionRecorder recorder,
    TimeProvider time,
    ILoggerFactory loggers)
{
    /// <summary>Runs the attempt.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="run">The attempt.</param>
    /// <param name="cancellationToken">The host stops: the run ends with an <see cref="OperationCanceledException"/>, and the message comes again.</param>
    public async Task<TaskOutcome> RunAsync(TaskDefinition definition, TaskRun run, CancellationToken cancellationToken)
    {
        var message = run.Message;
        if (MustLookUp(run) && await store.OpenAsync(run, cancellationToken) is { } known)
        {
            if (IsBehind(message, known)) return new TaskOutcome.AlreadyDone(known);
            if (known.RevokeRequested) return new TaskOutcome.Revoked("Revoked before it ran.");
        }

        if (message.Expires <= time.GetUtcNow()) return new TaskOutcome.Revoked($"Expired at {message.Expires:O}, before it ran.");

        using var watch = new RunWatch(message.Id, definition.Timeout(message), revocations, time, cancellationToken);
        var context = new RunContext(run, store, time, loggers.CreateLogger(definition.Name), watch.Token);
        if (!message.IgnoreResult) _ = store.StartedAsync(run);
        using var running = recorder.Started(message.Id, message.Task, run.Lane, message.Attempt);
        var (started, from, allocated) = (time.GetUtcNow(), time.GetTimestamp(), GC.GetTotalAllocatedBytes());

        var outcome = await CallAsync(definition, message, context, watch, cancellationToken);

        recorder.Ended(new TaskExecution(
            message.Id, message.Task, run.Lane, message.Attempt, State(outcome), (outcome as TaskOutcome.Failed)?.Class, started, time.GetElapsedTime(from), GC.GetTotalAllocatedBytes() - allocated));
        return outcome;
    }

    private bool MustLookUp(TaskRun run) =>
        !run.Message.IgnoreResult && (!run.IsFirst || !revocations.IsCurrent || revocations.Contains(run.Message.Id));

    // A redelivery: the task has ended, or its next run is on its way. One that came back from the dead letters is new.
    private static bool IsBehind(TaskMessage message, TaskRecord known)
    {
        if (known.Redrives != message.Redrives) return known.Redrives > message.Redrives;
        return known is { IsFinal: true, Ended: not null } || (known.Attempt, known.Deferrals).CompareTo((message.Attempt, message.Deferrals)) > 0;
    }

    private async Task<TaskOutcome> CallAsync(TaskDefinition definition, TaskMessage message, RunContext context, RunWatch watch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        JsonElement? args = null;
        try
        {
            args = await arguments.LoadAsync(message, cancellationToken);
            var result = await definition.RunAsync(scope.ServiceProvider, args.Value, context);
            await context.FlushAsync();
            return new TaskOutcome.Succeeded(result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a handler throws once it is told to stop, it stopped.
        catch (Exception) when (watch.Revoked)
#pragma warning restore CA1031
        {
            return new TaskOutcome.Revoked("Revoked while it ran.");
        }
        catch (CircuitOpenException e)
        {
            return new TaskOutcome.Deferred(e.RetryAfter, e);
        }
#pragma warning disable CA1031 // Whatever a handler throws is classified, stored and acted on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var exception = e is OperationCanceledException && watch.TimedOut ? new TimeoutException($"The run took longer than {watch.Timeout.TotalSeconds:0} s.", e) : e;
            var failed = new FailedRun(
                message with { FirstFailed = message.FirstFailed ?? time.GetUtcNow(), Args = args, ArgsBlob = args is null ? message.ArgsBlob : null },
                message.MaxRetries ?? definition.Attribute.MaxRetries,
                TimeSpan.FromSeconds(message.RetryDelaySeconds ?? definition.Attribute.RetryDelaySeconds),
                exception,
                definition.Rescue(scope.ServiceProvider, args ?? default, context));
            var (errorClass, verdict) = await strategies.DecideAsync(failed);
            return new TaskOutcome.Failed(errorClass, exception, verdict, failed.Message);
        }
    }

    private static TaskState State(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Succeeded => TaskState.Success,
        TaskOutcome.Revoked => TaskState.Revoked,
        TaskOutcome.Failed { Verdict: Verdict.DeadLetter } => TaskState.Failure,
        _ => TaskState.Retry,
    };
}
