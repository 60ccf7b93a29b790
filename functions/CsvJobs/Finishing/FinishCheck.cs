using Microsoft.Extensions.Options;
using Serverless.Http;
using Serverless.Notifications;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Store;

namespace Serverless.CsvJobs.Finishing;

/// <summary>Sees at a request, rather than at the job's end, whether there is anybody to be told.</summary>
internal sealed class FinishCheck(
    TaskRegistry tasks, RunStore runs, WorkflowRegistry workflows, IOptions<NotificationSettings> notifications)
{
    private const string Option = "onFinished";

    /// <summary>Notes what is wrong with the target.</summary>
    public async Task CheckAsync(FinishTarget? target, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (target?.Webhook is { } webhook && WebhookTarget.FindFault(webhook, notifications.Value) is { } fault)
            faults.Add(Option, $"webhook: {fault}");
        if (target?.Task is { } task && FindFault(task, target) is { } misfit) faults.Add(Option, misfit);
        if (target?.Run is { } run && await FindFaultAsync(run, target.Signal!, cancellationToken) is { } unknown)
            faults.Add(Option, unknown);
    }

    private string? FindFault(string name, FinishTarget target)
    {
        if (!tasks.TryFind(name, out var task))
            return $"There is no task '{name}'. There are: {string.Join(", ", tasks.All.Select(t => t.Name))}.";
        return task.FindMisfit(FinishedJob.Sample.ToArguments(target.Args)) is { } misfit
            ? $"The arguments do not fit the task '{name}', which gets the job as \"{FinishedJob.Argument}\" beside those given: {misfit}"
            : null;
    }

    private async Task<string?> FindFaultAsync(string id, string signal, CancellationToken cancellationToken)
    {
        if (!TaskKey.IsValid(id) || await runs.FindAsync(id, cancellationToken) is not { } run)
            return $"There is no run '{id}' of a workflow.";
        if (run.IsFinal) return $"The run '{id}' has ended: it waits for no signal.";
        var definition = await workflows.GetAsync(run.Workflow, run.Version, cancellationToken);
        return definition.FindWait(signal) is null ? $"No step of the run '{id}' waits for a signal '{signal}'." : null;
    }
}
