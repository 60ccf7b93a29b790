using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Resilience;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Retries;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>Runs one attempt of a task: finds out whether it still has to run, calls the handler, and says what follows.</summary>
internal sealed class TaskExecutor(
    TaskStore store,
    TaskRevocations revocations,
    TaskArguments arguments,
    UniqueClaims claims,
    Debounces debounces,
    CircuitPauses circuits,
    TaskLimits limits,
    LimitGate gate,
    ErrorStrategies strategies,
    HandlerInvoker invoker,
    TimeProvider time,
    ILoggerFactory loggers)
{
    /// <summary>Runs the attempt.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="run">The attempt.</param>
    /// <param name="cancellationToken">The host stops: the run ends with an <see cref="OperationCanceledException"/>, and the message comes
    /// again.</param>
    public async Task<TaskOutcome> RunAsync(TaskDefinition definition, TaskRun run, CancellationToken cancellationToken)
    {
        var message = run.Message;
        if (MustLookUp(run) && await store.OpenAsync(run, cancellationToken) is { } known)
        {
            if (IsBehind(message, known)) return new TaskOutcome.AlreadyDone(known);
            if (known.RevokeRequested) return new TaskOutcome.Revoked("Revoked before it ran.");
        }

        if (message.Expires <= time.GetUtcNow()) return new TaskOutcome.Revoked($"Expired at {message.Expires:O}, before it ran.");

        var entry = await circuits.EnterAsync(definition, run, cancellationToken);
        if (entry.Pause is { } pause)
            return new TaskOutcome.Deferred(pause.ComputeDelay(time.GetUtcNow()), new TaskPausedException(pause));

        if (await limits.FindAsync(definition, message, run.Lane, cancellationToken) is { } found
            && await EnterAsync(found, message, cancellationToken) is { } wait)
            return new TaskOutcome.Held(wait);

        if (message is { Claim: { } claim, Attempt: 0, Redrives: 0 }
            && await FindLaterAsync(claim, message, cancellationToken) is { } later)
            return new TaskOutcome.Revoked($"Task {later} of the same key came after it.");

        using var revocation = new RevocationScope(message.Id, revocations);
        if (!message.IgnoreResult) _ = store.MarkStartedAsync(run);
        var outcome = await CallAsync(definition, run, revocation.Token, cancellationToken);
        await circuits.FollowAsync(definition, run, outcome, entry.Probed, cancellationToken);
        return outcome;
    }

    private async Task<LimitWait?> EnterAsync(AppliedLimits found, TaskMessage message, CancellationToken cancellationToken)
    {
        var args = found.NeedArguments ? await arguments.LoadAsync(message, cancellationToken) : default;
        return await gate.EnterAsync(found, message, args, cancellationToken);
    }

    /// <returns>The task that takes this one's place; null when there is none.</returns>
    private async Task<string?> FindLaterAsync(TaskClaim claim, TaskMessage message, CancellationToken cancellationToken)
    {
        if (claim.IsDebounce) return await debounces.FindLaterAsync(claim.Key, message, cancellationToken);

        // What changes from now on needs another task.
        await claims.FreeAsync(claim.Key, message.Id, cancellationToken);
        return null;
    }

    private bool MustLookUp(TaskRun run) =>
        !run.Message.IgnoreResult && (!run.IsFirst || !revocations.IsCurrent || revocations.Contains(run.Message.Id));

    // A redelivery: the task has ended, or its next run is on its way. One that came back from the dead letters is new.
    private static bool IsBehind(TaskMessage message, TaskRecord known)
    {
        if (known.Redrives != message.Redrives) return known.Redrives > message.Redrives;
        return known is { IsFinal: true, Ended: not null, IsLost: false }
            || (known.Attempt, known.Deferrals).CompareTo((message.Attempt, message.Deferrals)) > 0;
    }

    private async Task<TaskOutcome> CallAsync(
        TaskDefinition definition, TaskRun run, CancellationToken revoked, CancellationToken cancellationToken)
    {
        var message = run.Message;
        JsonElement? args = null;
        RunContext? context = null;
        var log = message.IgnoreResult
            ? null : new TaskLog(message.Attempt, run.EarlierLog, time, stored => store.SaveLogAsync(run, stored));
        if (log is not null) run.TakeLog = log.Take;
        TaskOutcome? follows = null;
        var outcome = await invoker.InvokeAsync(
            new HandlerRun(definition, message.Id, run.Lane, message.Attempt, definition.GetTimeout(message))
            {
                Revoked = revoked,
                Call = async (scope, token) =>
                {
                    using var heartbeat = Heartbeat.Of(definition, time, token);
                    context = new RunContext(
                        run, store, time, loggers.CreateLogger(definition.Name), heartbeat, heartbeat?.Token ?? token);
                    args = await arguments.LoadAsync(message, cancellationToken);
                    log?.Enter();
                    var result = heartbeat is null
                        ? await definition.RunAsync(scope, args.Value, context)
                        : await heartbeat.RunAsync(() => RunInOwnScopeAsync(scope, context));
                    await context.FlushAsync();
                    return result;
                },
                WillRetry = async (scope, failed) =>
                {
                    follows = await FollowAsync(
                        definition, message, failed, args, definition.CreateRecovery(scope, args ?? default, context!));
                    return follows is not TaskOutcome.Failed { Decision: RetryDecision.DeadLetter };
                },
            },
            cancellationToken);
        context?.End();
        log?.End();
        return outcome switch
        {
            HandlerOutcome.Succeeded succeeded => new TaskOutcome.Succeeded(succeeded.Result),
            HandlerOutcome.Revoked => new TaskOutcome.Revoked("Revoked while it ran."),
            _ => follows!,
        };

        // One that is left behind keeps what it was given.
        async Task<byte[]> RunInOwnScopeAsync(IServiceProvider scope, RunContext own)
        {
            await using var services = scope.CreateAsyncScope();
            return await definition.RunAsync(services.ServiceProvider, args.Value, own);
        }
    }

    private async Task<TaskOutcome> FollowAsync(
        TaskDefinition definition, TaskMessage message, HandlerOutcome.Failed failed, JsonElement? args, IHandlerRecovery recovery)
    {
        if (failed.Exception is CircuitOpenException open) return new TaskOutcome.Deferred(open.RetryAfter, open);
        var run = new FailedRun(
            message with
            {
                FirstFailed = message.FirstFailed ?? time.GetUtcNow(),
                Args = args,
                ArgsBlob = args is null
                ? message.ArgsBlob : null
            },
            message.MaxRetries ?? definition.Attribute.MaxRetries,
            TimeSpan.FromSeconds(message.RetryDelaySeconds ?? definition.Attribute.RetryDelaySeconds),
            failed.Exception,
            recovery);
        return new TaskOutcome.Failed(failed.Class, failed.Exception, await strategies.DecideAsync(failed.Class, run), run.Message);
    }
}
