using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Runs a task in an activity, without a message. What its handler throws is the orchestrator's to try again.</summary>
internal sealed class RunTask(
    TaskRegistry registry, OrderArguments arguments, RunBlobs blobs, StepRecorder steps, HandlerInvoker invoker,
    TaskRevocations revocations, TimeProvider time, ILoggerFactory loggers)
{
    private const string Lane = "activity";

    /// <summary>One attempt of a task, and the steps to write down on the way.</summary>
    public sealed record Attempt(string RunId, TaskRequest Order, int Number, IReadOnlyList<StepRecord>? Steps = null);

    /// <summary>The task's result.</summary>
    /// <exception cref="FinalFailureException">It failed, and would fail again.</exception>
    /// <exception cref="TimeoutException">It took longer than its handler may.</exception>
    [Function(nameof(RunTask))]
    public async Task<StoredValue> RunAsync([ActivityTrigger] Attempt call, CancellationToken cancellationToken)
    {
        var order = call.Order;
        await steps.RecordAsync(call.RunId, call.Steps, cancellationToken);
        var args = await arguments.ResolveAsync(order, cancellationToken);
        if (!registry.TryFind(order.Task, out var definition)) throw new UnknownTaskException(order.Task, registry.All.Select(d => d.Name));

        using var revocation = new RevocationScope(order.Id, revocations);
        if (revocation.Token.IsCancellationRequested) throw await ForgetRevocationAsync(order.Id, cancellationToken);

        var run = new HandlerRun(definition, order.Id, Lane, call.Number, definition.GetTimeout())
        {
            Revoked = revocation.Token,
            Call = (scope, token) => Heartbeat.RunAsync(
                definition, scope, time, (services, heartbeat, end) => definition.RunAsync(
                    services, args, new DirectContext(
                        order.Id, definition.Name, call.Number, loggers.CreateLogger(definition.Name), heartbeat, end)), token),
            WillRetry = (_, failed) => ValueTask.FromResult(order.Retries.Allows(call.Number, failed.Class)),
        };
        switch (await invoker.InvokeAsync(run, cancellationToken))
        {
            case HandlerOutcome.Succeeded succeeded:
                return await blobs.StoreAsync(
                    call.RunId, order.Id, JsonSerializer.Deserialize<JsonElement>(succeeded.Result), cancellationToken);
            case HandlerOutcome.Failed failed:
                if (WorkflowRetry.IsFinal(failed.Class)) throw new FinalFailureException(failed.Exception);
                ExceptionDispatchInfo.Capture(failed.Exception).Throw();
                throw new UnreachableException();
            default:
                throw await ForgetRevocationAsync(order.Id, cancellationToken);
        }
    }

    // Whoever revoked it waits for it no more.
    private async Task<FinalFailureException> ForgetRevocationAsync(string id, CancellationToken cancellationToken)
    {
        await revocations.RemoveAsync(id, cancellationToken);
        return new FinalFailureException(new OperationCanceledException("The task was revoked."));
    }
}
