using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Errors;
using Serverless.Monitoring;

namespace Serverless.Tasks;

/// <summary>Runs one attempt of a task: finds out whether it still has to run, calls the handler, and says what follows.</summary>
public sealed class TaskExecutor(
    TaskStore store, TaskArguments arguments, ErrorStrategies strategies, IServiceScopeFactory scopes, IExecutionRecorder recorder, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Runs the attempt.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="message">The attempt.</param>
    /// <param name="lane">Where it came from.</param>
    /// <param name="cancellationToken">The host stops: the run ends with an <see cref="OperationCanceledException"/>, and the message comes again.</param>
    public async Task<TaskOutcome> RunAsync(TaskDefinition definition, TaskMessage message, string lane, CancellationToken cancellationToken)
    {
        var known = await store.FindAsync(message.Id, cancellationToken);
        if (known is { RevokeRequested: true, IsFinal: false } or { State: TaskState.Revoked }) return new TaskOutcome.Revoked("Revoked before it ran.");
        if (known is not null && IsBehind(message, known)) return new TaskOutcome.AlreadyDone();
        if (message.Expires <= time.GetUtcNow()) return new TaskOutcome.Revoked($"Expired at {message.Expires:O}, before it ran.");

        var timeout = TimeSpan.FromSeconds(message.TimeoutSeconds ?? definition.Attribute.TimeoutSeconds);
        using var watch = new RunWatch(message.Id, timeout, store, time, cancellationToken);
        var context = new RunContext(message, store, time, loggers.CreateLogger(definition.Name), watch.Token);
        if (!message.IgnoreResult) _ = store.StartedAsync(message, lane);
        var started = time.GetUtcNow();
        var from = time.GetTimestamp();
        var allocated = GC.GetTotalAllocatedBytes();
        recorder.Started(message.Id, message.Task, lane, message.Attempt);

        var outcome = await CallAsync(definition, message, context, watch, cancellationToken);

        recorder.Ended(new TaskExecution(
            message.Id, message.Task, lane, message.Attempt, State(outcome), (outcome as TaskOutcome.Failed)?.Class, started, time.GetElapsedTime(from), GC.GetTotalAllocatedBytes() - allocated));
        return outcome;
    }

    // A redelivery: this attempt has a stored result, or the next one is on its way already. One that came back from the dead letters is new.
    private static bool IsBehind(TaskMessage message, TaskRecord known) =>
        known.Redrives > message.Redrives
        || (known.Redrives == message.Redrives && (known.IsFinal ? known.Attempt >= message.Attempt : known.State == TaskState.Retry && known.Attempt > message.Attempt));

    private async Task<TaskOutcome> CallAsync(TaskDefinition definition, TaskMessage message, RunContext context, RunWatch watch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var args = await arguments.LoadAsync(message, cancellationToken);
        try
        {
            var result = await definition.RunAsync(scope.ServiceProvider, args, context);
            await context.FlushAsync();
            return new TaskOutcome.Succeeded(result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (watch.Revoked)
        {
            return new TaskOutcome.Revoked("Revoked while it ran.");
        }
        catch (CircuitOpenException e)
        {
            return new TaskOutcome.Deferred(e.RetryAfter, e.Breaker);
        }
        catch (Exception e)
        {
            var exception = e is OperationCanceledException && watch.TimedOut ? new TimeoutException($"The run took longer than {watch.Timeout.TotalSeconds:0} s.", e) : e;
            var run = new FailedRun(
                message with { FirstFailed = message.FirstFailed ?? time.GetUtcNow(), Args = message.ArgsBlob is null ? args : null },
                message.MaxRetries ?? definition.Attribute.MaxRetries,
                TimeSpan.FromSeconds(definition.Attribute.RetryDelaySeconds),
                exception,
                definition.Rescue(scope.ServiceProvider, args, context));
            var (errorClass, verdict) = await strategies.DecideAsync(run);
            return new TaskOutcome.Failed(errorClass, exception, verdict);
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
