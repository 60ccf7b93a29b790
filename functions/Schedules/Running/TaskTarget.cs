using System.Text.Json;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;

namespace Serverless.Schedules.Running;

/// <summary>Schedules that send a task.</summary>
internal sealed class TaskTarget(
    ITaskClient tasks, TaskRegistry registry, TaskRouter router, TaskRetention retention, QueueCatalog queues) : IScheduleTarget
{
    /// <summary>
    /// The client takes a second task of one id for the first while it remembers the first: longer than a start is tried again.
    /// </summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private static readonly JsonElement NoArguments = JsonSerializer.SerializeToElement(new { });

    /// <inheritdoc/>
    public bool IsOf(ScheduleDefinition definition) => definition.Task is not null;

    /// <inheritdoc/>
    public Task CheckAsync(ScheduleDefinition definition, ValidationErrors faults, CancellationToken cancellationToken)
    {
        Check(definition, faults);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(DurableTaskClient client, ScheduleDefinition definition, string runId, CancellationToken cancellationToken) =>
        tasks.SendAsync(
        definition.Task!,
        definition.Args ?? NoArguments,
        new SendOptions
        {
            TaskId = runId,
            IsIdDerived = true,
            Queue = definition.Queue,
            Priority = definition.Priority,
            Tenant =
            definition.Tenant,
            ResultTtl = GetMemory(definition.Task!)
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> IsActiveAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken) =>
        await tasks.GetAsync(runId, cancellationToken) is { IsFinal: false };

    /// <inheritdoc/>
    public string PathOf(string runId) => $"tasks/{runId}";

    // Runs of the task may have to be kept for longer.
    private TimeSpan GetMemory(string name) =>
        registry.TryFind(name, out var task) && retention.Find(task) is var kept && kept > Memory ? kept : Memory;

    private void Check(ScheduleDefinition definition, ValidationErrors faults)
    {
        if (!registry.TryFind(definition.Task!, out var task))
        {
            faults.Add("task", $"There is no task '{definition.Task}'. There are: {string.Join(", ", registry.All.Select(t => t.Name))}.");
            return;
        }

        if (task.FindMisfit(definition.Args ?? NoArguments) is { } misfit)
            faults.Add("args", $"They do not fit the task '{task.Name}', {misfit}");

        var queue = router.Route(task);
        if (definition.Queue is { } named && !router.TryFindQueue(named, out queue))
        {
            faults.Add("queue", $"There is no queue '{named}'. There are: {string.Join(", ", queues.Entries.Select(e => e.Name))}.");
            return;
        }

        if (definition.Priority < 0 || definition.Priority > queue!.MaxPriority)
            faults.Add("priority", $"The queue '{queue!.Name}' takes 0 to {queue.MaxPriority}.");
        if (queue!.RequiresSession && definition.Tenant is null && !HasTenant(definition.Args))
            faults.Add("tenant", $"The queue '{queue.Name}' needs one: give it here, or as the argument 'tenant'.");
    }

    private static bool HasTenant(JsonElement? args) =>
        args is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty("tenant", out var tenant)
            && tenant.ValueKind == JsonValueKind.String;
}
