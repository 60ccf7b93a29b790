using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.Orchestrations;

namespace Serverless.Tasks.Running;

/// <summary>
/// Tasks that outlive a message lock run in an orchestration: its id derives from the attempt, so that a message that comes twice starts
/// one, and the engine brings the run back after a crash.
/// </summary>
internal sealed class LongTask(TaskRunner runner)
{
    private const int MaxInstanceIdLength = 100;

    // For what the runner needs (queue, table), until it is back; the task's own errors are the runner's.
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(
        new RetryPolicy(200, TimeSpan.FromSeconds(10), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(5)));

    /// <summary>The orchestration's input.</summary>
    /// <param name="Lane">The Service Bus queue that it came from.</param>
    /// <param name="Message">The attempt.</param>
    /// <param name="Trace">The trace context of the message's run, which goes on in the activity.</param>
    public sealed record Run(string Lane, TaskMessage Message, string? Trace = null);

    /// <summary>
    /// Starts the orchestration of an attempt, unless it was started before; one that failed or was terminated did not end the task.
    /// </summary>
    public static Task StartAsync(DurableTaskClient durable, string lane, TaskMessage message, CancellationToken cancellationToken) =>
        durable.StartOnceAsync(
        nameof(LongTask),
        BuildInstanceId(message),
        new Run(lane, message, Activity.Current?.Id),
        mayRestart: ended => Task.FromResult(ended.RuntimeStatus != OrchestrationRuntimeStatus.Completed),
        cancellationToken);

    /// <summary><c>task-</c> and the task's id; runs after the first add which they are.</summary>
    public static string BuildInstanceId(TaskMessage message) =>
        BuildInstanceId(message.Id, (message.Redrives, message.Attempt, message.Deferrals));

    /// <summary>The same, of a run that a row tells of.</summary>
    public static string BuildInstanceId(string taskId, (int Redrives, int Attempt, int Deferrals) run)
    {
        var id = run == default
            ? $"task-{taskId}"
                : string.Create(CultureInfo.InvariantCulture, $"task-{taskId}-{run.Attempt}.{run.Deferrals}.{run.Redrives}");
        return id.Length <= MaxInstanceIdLength ? id : $"task-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";
    }

    /// <summary>Runs the attempt in an activity.</summary>
    [Function(nameof(LongTask))]
    public static Task OrchestrateAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync(nameof(RunLongTask), OrchestrationInput.Read<Run>(context), Retries);

    /// <summary>Runs the attempt.</summary>
    [Function(nameof(RunLongTask))]
    public Task RunLongTask([ActivityTrigger] Run run, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken) =>
        runner.RunDetachedAsync(run.Lane, run.Message, run.Trace, durable, cancellationToken);
}
