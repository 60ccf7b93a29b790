using System.Runtime.ExceptionServices;
using Microsoft.DurableTask;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Runs a step again when it fails. Orchestrator code: each attempt and each wait is a step of its own.</summary>
internal static class Retrying
{
    public static Task<T> RunAsync<T>(OrchestrationContext context, TaskRetryOptions? retry, Func<Task<T>> attempt) => retry switch
    {
        { Policy: { } policy } => ByPolicyAsync(context, policy, attempt),
        { Handler: { } handler } => ByHandlerAsync(context, handler, attempt),
        _ => attempt(),
    };

    private static async Task<T> ByPolicyAsync<T>(OrchestrationContext context, RetryPolicy policy, Func<Task<T>> attempt)
    {
        var start = context.CurrentUtcDateTime;
        for (var n = 1; ; n++)
        {
            TaskFailedException failure;
            try
            {
                return await attempt();
            }
            catch (TaskFailedException e)
            {
                failure = e;
            }

            if (n == policy.MaxNumberOfAttempts)
            {
                // Azure sets a timer that fires at once after the last attempt. Without it, later steps would have other numbers here.
                await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
                ExceptionDispatchInfo.Throw(failure);
            }

            if (NextWait(policy, failure.FailureDetails, n, context.CurrentUtcDateTime - start, context) is not { } wait)
            {
                ExceptionDispatchInfo.Throw(failure);
                throw failure;
            }

            await context.CreateTimer(wait, CancellationToken.None);
        }
    }

    private static async Task<T> ByHandlerAsync<T>(OrchestrationContext context, AsyncRetryHandler handler, Func<Task<T>> attempt)
    {
        var start = context.CurrentUtcDateTime;
        for (var n = 1; ; n++)
        {
            TaskFailedException failure;
            try
            {
                return await attempt();
            }
            catch (TaskFailedException e)
            {
                failure = e;
            }

            if (!await handler(new RetryContext(context, n, failure.FailureDetails, context.CurrentUtcDateTime - start, CancellationToken.None)))
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private static TimeSpan? NextWait(
        RetryPolicy policy, TaskFailureDetails failure, int attempt, TimeSpan elapsed, OrchestrationContext context)
    {
        try
        {
            if (!policy.Handle(Failures.Core(failure))) return null;
        }
#pragma warning disable CA1031 // The task's own failure is what the orchestrator must see, not its filter's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            context.CreateReplaySafeLogger<DurableEngine>().RetryFilterFailed(context.InstanceId, e);
            return null;
        }

        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && elapsed >= policy.RetryTimeout) return null;
        var wait = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return policy.MaxRetryInterval != Timeout.InfiniteTimeSpan && wait >= policy.MaxRetryInterval.TotalMilliseconds
            ? policy.MaxRetryInterval
            : TimeSpan.FromMilliseconds(wait);
    }
}
