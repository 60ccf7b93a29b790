using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.Tasks;

/// <summary>
/// Tasks that outlive a message lock run in an orchestration: its id derives from the attempt, so that a message that comes twice starts
/// one, and the engine brings the run back after a crash.
/// </summary>
public sealed class LongTask(TaskRunner runner)
{
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(10), backoffCoefficient: 2));

    /// <summary>What the orchestration is given.</summary>
    public sealed record Run(string Lane, TaskMessage Message);

    /// <summary>Starts the orchestration of an attempt, unless it was started before.</summary>
    public static async Task StartAsync(DurableTaskClient durable, string lane, TaskMessage message, CancellationToken cancellationToken)
    {
        var instance = $"task-{message.Id}-{message.Attempt}-{message.Redrives}-{message.Deferrals}";
        if (await durable.GetInstanceAsync(instance, cancellationToken) is not null) return;
        await durable.ScheduleNewOrchestrationInstanceAsync(nameof(LongTask), new Run(lane, message), new StartOrchestrationOptions(instance), cancellationToken);
    }

    /// <summary>Retries here are for what the runner needs (queue, table); the task's own errors are the runner's.</summary>
    [Function(nameof(LongTask))]
    public static Task OrchestrateAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync(nameof(RunLongTask), context.GetInput<Run>(), Retries);

    /// <summary>Runs the attempt.</summary>
    [Function(nameof(RunLongTask))]
    public Task RunLongTask([ActivityTrigger] Run run, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken) =>
        runner.RunDetachedAsync(run.Lane, run.Message, durable, cancellationToken);
}
