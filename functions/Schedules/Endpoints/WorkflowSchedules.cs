using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Schedules.Running;
using Serverless.Workflows;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.InputSchemas;

namespace Serverless.Schedules.Endpoints;

/// <summary>Keeps the schedule <c>workflow.NAME</c> as a workflow's definition has it.</summary>
internal sealed class WorkflowSchedules(ScheduleStore store, ScheduleWriter writer, TimeProvider time) : IWorkflowSchedules
{
    // A property of a row holds 32,768 characters, and the definition has other members.
    private const int MaxLength = 30_000;
    private const string Member = "schedule", Prefix = "workflow.";

    /// <inheritdoc/>
    public async Task CheckAsync(WorkflowDefinition definition, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (definition.Schedule is not { } json) return;
        CheckForm(definition, json, faults);
        var name = NameOf(definition.Name);
        if (ScheduleName.IsValid(name) && await store.FindAsync(name, cancellationToken) is { } found && !IsOf(definition.Name, found))
            faults.Add(Member, $"There is a schedule '{name}' already, which starts something else: put that under another name first.");
    }

    private void CheckForm(WorkflowDefinition definition, JsonElement json, ValidationErrors faults)
    {
        if (!ScheduleName.IsValid(NameOf(definition.Name)))
            faults.Add(
                Member, "The workflow's name is too long for a schedule: give 51 characters at most, or put the schedule by itself.");
        if (json.GetRawText().Length > MaxLength)
            faults.Add(Member, $"Takes more than {MaxLength} characters: put a large input into a blob, and name it.");
        var own = new ValidationErrors();
        var schedule = Read(definition, own);
        foreach (var (option, sentences) in own.ToErrors())
        {
            foreach (var sentence in sentences) faults.Add($"{Member}.{option}", sentence);
        }

        if (own.Any || definition.InputSchema is not { } form) return;
        if (InputSchema.Read(form, "", new ValidationErrors()) is not { } schema) return;
        foreach (var (place, sentence) in schema.Check(schedule.Input ?? JsonSerializer.SerializeToElement<object?>(null)))
            faults.Add($"{Member}.{place}", sentence);
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.Schedule is not { } json)
        {
            await RemoveAsync(definition.Name, cancellationToken);
            return;
        }

        var read = Read(definition, new ValidationErrors());

        // Somebody paused it, and the definition has no say in that.
        var isSaid = json.TryGetProperty("enabled", out _);
        await writer.PutAsync(
            NameOf(definition.Name), before => isSaid ? read : read with { Enabled = before?.Enabled ?? true },
            $"the definition of {definition.Name}", ScheduleWriter.TrimToSecond(time.GetUtcNow()), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string workflow, CancellationToken cancellationToken)
    {
        // One that somebody put under that name for something else is theirs.
        var name = NameOf(workflow);
        if (ScheduleName.IsValid(name) && await store.FindAsync(name, cancellationToken) is { } found && IsOf(workflow, found))
            await store.DeleteAsync(name, cancellationToken);
    }

    /// <summary>The fault of a schedule's name that is kept for a workflow; null when it has none.</summary>
    public static string? FindFault(string name, ScheduleDefinition definition) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name[Prefix.Length..] is var workflow && definition.Workflow != workflow
            ? $"Names that begin with '{Prefix}' are for the schedules of workflows' definitions: choose another, or start '{workflow}'."
            : null;

    private static bool IsOf(string workflow, Schedule schedule) => schedule.Definition.Workflow == workflow;

    private static string NameOf(string workflow) => Prefix + workflow;

    private ScheduleDefinition Read(WorkflowDefinition definition, ValidationErrors faults)
    {
        var json = JsonObject.Create(definition.Schedule!.Value)!;
        if (json.ContainsKey("workflow")) faults.Add("workflow", "Is this one; leave it out.");
        if (json.Remove("task")) faults.Add("task", "It starts this workflow; leave it out.");
        json["workflow"] = definition.Name;
        return ScheduleRequestReader.Read(json, ScheduleWriter.TrimToSecond(time.GetUtcNow()), faults);
    }
}
