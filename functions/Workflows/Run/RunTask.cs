using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Errors;
using Serverless.Monitoring;
using Serverless.Tasks;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Runs a task in an activity, without a message. What its handler throws is the orchestrator's to try again.</summary>
public sealed class RunTask(
    TaskRegistry registry, OrderArguments arguments, RunBlobs blobs, StepRecorder steps, IServiceScopeFactory scopes, IExecutionRecorder recorder, ErrorClassifier classifier, TimeProvider time, ILoggerFactory loggers)
{
    private const string Lane = "activity";

    /// <summary>One attempt of a task, and the steps to write down on the way.</summary>
    public sealed record Attempt(string RunId, TaskOrder Order, int Number, IReadOnlyList<StepRecord>? Steps = null);

    /// <summary>The task's result.</summary>
    /// <exception cref="TimeoutException">It took longer than its handler may.</exception>
    [Function(nameof(RunTask))]
    public async Task<StoredValue> RunAsync([ActivityTrigger] Attempt call, CancellationToken cancellationToken)
    {
        var order = call.Order;
        await steps.RecordAsync(call.RunId, call.Steps, cancellationToken);
        var args = await arguments.ResolveAsync(order, cancellationToken);
        if (!registry.TryFind(order.Task, out var definition)) throw new UnknownTaskException(order.Task, registry.All.Select(d => d.Name));
        var (started, from, allocated) = (time.GetUtcNow(), time.GetTimestamp(), GC.GetTotalAllocatedBytes());
        recorder.Started(order.Id, order.Task, Lane, call.Number);
        ErrorClass? error = null;
        try
        {
            var result = await RunAsync(definition, call, args, cancellationToken);
            return await blobs.StoreAsync(call.RunId, order.Id, JsonSerializer.Deserialize<JsonElement>(result), cancellationToken);
        }
        catch (Exception e)
        {
            error = classifier.Classify(e);
            throw;
        }
        finally
        {
            recorder.Ended(new TaskExecution(
                order.Id, order.Task, Lane, call.Number, error is null ? TaskState.Success : TaskState.Failure, error, started, time.GetElapsedTime(from), GC.GetTotalAllocatedBytes() - allocated));
        }
    }

    private async Task<byte[]> RunAsync(TaskDefinition definition, Attempt call, JsonElement args, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(definition.Attribute.TimeoutSeconds);
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var context = new DirectContext(call.Order.Id, definition.Name, call.Number, loggers.CreateLogger(definition.Name), both.Token);
            return await definition.RunAsync(scope.ServiceProvider, args, context);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The run took longer than {limit.TotalSeconds:0} s.", e);
        }
    }
}
