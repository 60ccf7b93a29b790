using System.Text.Json;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Orchestrations;
using Serverless.Tasks;
using Serverless.Tasks.Sending;

namespace Serverless.Schedules.Running;

/// <summary>The kinds of things that schedules start.</summary>
internal sealed class ScheduleTargets(IEnumerable<IScheduleTarget> targets)
{
    private readonly List<IScheduleTarget> _targets = [.. targets];

    /// <summary>The kind that a valid definition names.</summary>
    public IScheduleTarget Of(ScheduleDefinition definition) => _targets.Single(t => t.IsOf(definition));

    /// <summary>
    /// Those of some runs that have not ended, of whatever kind: a schedule may have started another before it was edited.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindActiveAsync(
        DurableTaskClient client, IReadOnlyList<string> runs, CancellationToken cancellationToken)
    {
        var active = await Task.WhenAll(runs.Select(
            async run => (await Task.WhenAll(_targets.Select(t => t.IsActiveAsync(client, run, cancellationToken)))).Contains(true)));
        return [.. runs.Where((_, i) => active[i])];
    }

    /// <summary>True when starting a run can only fail again.</summary>
    public static bool IsFinal(Exception exception) => exception
        is UnknownTaskException or UnknownQueueException or UnknownWorkflowException or TaskValidationException or TaskTooLargeException
            or IdTakenException or InstanceTakenException or JsonException;
}

/// <summary>There is no workflow of that name.</summary>
internal sealed class UnknownWorkflowException(string name) : Exception($"There is no workflow '{name}'. GET /api/workflows lists them.");
