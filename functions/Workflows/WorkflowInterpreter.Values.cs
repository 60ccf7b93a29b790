using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.DurableTask;
using Serverless.Tasks;
using Serverless.Workflows.References;
using Serverless.Workflows.Run;
using Serverless.Workflows.Values;

namespace Serverless.Workflows;

/// <summary>The values that expressions of a run refer to, and those that they give.</summary>
internal sealed partial class WorkflowInterpreter
{
    // A payload on which the condition cannot be evaluated does not meet it: whoever sends signals must not fail the run.
    private async Task<bool> IsMetAsync(string? condition, StoredValue signal, StopSignal stop)
    {
        try
        {
            return condition is null || await IsTrueAsync(condition, stop, signal);
        }
        catch (TaskValidationException)
        {
            return false;
        }
        catch (TaskFailedException e) when (e.FailureDetails.IsCausedBy<TaskValidationException>())
        {
            return false;
        }
    }

    // Small values are at hand: evaluating is pure, and needs no activity.
    private async Task<bool> IsTrueAsync(string condition, StopSignal stop, StoredValue? signal = null)
    {
        var needed = Needed(JsonSerializer.SerializeToElement(condition));
        if (signal is not null) needed[RunData.Signal] = signal;
        if (needed.Values.All(v => v.Blob is null))
            return new RunData(
                needed.Select(v => KeyValuePair.Create(v.Key, v.Value.Json ?? JsonSerializer.SerializeToElement<object?>(null)))).IsTrue(
                    condition);
        return await stop.WaitOrStopAsync(
            _context.CallActivityAsync<bool>(
                nameof(EvaluateCondition), new EvaluateCondition.Question(condition, needed), TaskCalls.Infrastructure));
    }

    private async Task<StoredValue> ResolveAsync(WorkflowStep step, string name, JsonElement? template, StopSignal stop)
    {
        if (template is not { } json) return StoredValue.Null;
        if (!Template.HasReferences(json)) return new StoredValue(json);
        return await stop.WaitOrStopAsync(_context.CallActivityAsync<StoredValue>(
            nameof(ResolveValue), new ResolveValue.Question(
                _context.InstanceId, $"{step.Name}-{name}", json, Needed(json)), TaskCalls.Infrastructure));
    }

    // Read off the text, not parsed: that is done in every replay, and a name too many does no harm.
    private Dictionary<string, StoredValue> Needed(params ReadOnlySpan<JsonElement?> templates)
    {
        var needed = new Dictionary<string, StoredValue>(StringComparer.Ordinal);
        foreach (var template in templates)
        {
            if (template is not { } json) continue;
            foreach (Match match in Paths().Matches(json.GetRawText()))
            {
                var name = match.Groups["step"].Success ? RunData.StepPrefix + match.Groups["step"].Value : match.Groups["root"].Value;
                if (_values.TryGetValue(name, out var value)) needed[name] = value;
            }
        }

        return needed;
    }

    [GeneratedRegex(@"\$\.(?:steps\.(?<step>[A-Za-z_][A-Za-z0-9_]*)|(?<root>input|run)\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex Paths();
}
