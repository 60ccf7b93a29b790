using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Http;
using Serverless.Notifications;
using Serverless.Tasks.Sending;
using Serverless.Workflows.References;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Approvals;

/// <summary>
/// Has people asked whether a run may go on: a task for a mail, and one for a webhook, each of which is tried again for itself.
/// </summary>
internal sealed class AskForApproval(
    RunBlobs blobs, ApprovalStore approvals, ITaskClient tasks, IOptions<NotificationSettings> settings)
{
    // As long as anybody asks whether it went out.
    private static readonly TimeSpan ResultTtl = TimeSpan.FromDays(7);

    /// <summary>The step, and what it asks.</summary>
    public sealed record Question(
        string RunId, string Workflow, string Step, JsonElement Ask, IReadOnlyDictionary<string, StoredValue> Values,
        DateTimeOffset? Until);

    /// <summary>Sends both; twice is the same.</summary>
    /// <returns>How many were sent.</returns>
    /// <exception cref="Tasks.TaskValidationException">Nobody can be asked so.</exception>
    [Function(nameof(AskForApproval))]
    public async Task<int> RunAsync([ActivityTrigger] Question question, CancellationToken cancellationToken)
    {
        var resolved = new RunData(await blobs.LoadAsync(question.Values, cancellationToken)).Resolve(question.Ask);
        var request = ApprovalRequest.Read(resolved, settings.Value);
        await approvals.AskAsync(question.RunId, question.Step, request, cancellationToken);
        var ways = new List<ApprovalWay>();
        if (request.Email is not null) ways.Add(ApprovalWay.Email);
        if (request.Webhook is not null) ways.Add(ApprovalWay.Webhook);
        foreach (var way in ways)
        {
            // Its arguments have no link, and no text: the one would let every reader of tasks decide, the other be shown to them.
            var args = new SendApprovalRequest.Args(question.RunId, question.Workflow, question.Step, way, question.Until);
            await tasks.SendAsync(
                SendApprovalRequest.Name, JsonSerializer.SerializeToElement(args, AppJson.Options), new SendOptions
                {
                    TaskId = Run.WorkId.OfTask(question.RunId, $"{question.Step}/ask/{way}"),
                    IsIdDerived = true,
                    ParentId = question.RunId,
                    WorkflowId = question.RunId,
                    ResultTtl = ResultTtl,
                }, cancellationToken);
        }

        return ways.Count;
    }
}
