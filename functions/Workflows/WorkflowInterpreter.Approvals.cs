using System.Text.Json;
using Serverless.Workflows.Approvals;
using Serverless.Workflows.Run;
using Serverless.Workflows.Values;

namespace Serverless.Workflows;

/// <summary>Approvals: a wait whose signal is a decision.</summary>
internal sealed partial class WorkflowInterpreter
{
    private const string IsApproved = "$.signal.approved == `true`";

    private async Task AskAsync(WorkflowStep step, JsonElement ask, DateTime? until, StopSignal stop)
    {
        var question = new AskForApproval.Question(
            _context.InstanceId, _definition.Name, step.Name, ask, Needed(ask), new DateTimeOffset(until ?? _deadline, TimeSpan.Zero));
        await stop.WaitOrStopAsync(_context.CallActivityAsync<int>(nameof(AskForApproval), question, TaskCalls.Infrastructure));
    }

    private async Task RequireApprovalAsync(WorkflowStep step, StoredValue decision, StopSignal stop)
    {
        if (step.OnReject == TimeoutRule.Continue || await IsTrueAsync(IsApproved, stop, decision)) return;
        throw new StepFailedException(new StepError("Rejected", $"It was rejected{Say("by", " by ")}{Say("comment", ": ")}."));

        string Say(string member, string before) =>
            decision.Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(member, out var value)
                && value.ValueKind == JsonValueKind.String ? before + value.GetString()!.TrimEnd('.') : "";
    }
}
