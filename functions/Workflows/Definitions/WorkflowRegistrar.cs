using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Tasks;

namespace Serverless.Workflows.Definitions;

/// <summary>Registers definitions that have no fault, each as the version after the newest, and deletes workflows.</summary>
internal sealed class WorkflowRegistrar(
    WorkflowRegistry registry, TaskRegistry tasks, TaskRouter router, WorkflowOrchestrations orchestrations, IWorkflowSchedules schedules,
    TimeProvider time, ILogger<WorkflowRegistrar> logger)
{
    /// <summary>Registers a definition, unless it is the current version already.</summary>
    /// <param name="name">The workflow.</param>
    /// <param name="json">The definition.</param>
    /// <param name="faults">Receives what is wrong with it; then nothing is registered.</param>
    /// <param name="cancellationToken">Cancels what is not stored yet.</param>
    /// <returns>The current version, and whether it is a new one; null when there are faults.</returns>
    /// <exception cref="VersionConflictException">It names a version that is neither the next nor the current one unchanged.</exception>
    public async Task<(WorkflowVersion Version, bool IsNew)?> RegisterAsync(
        string name, JsonElement json, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (await CheckAsync(name, json, faults, cancellationToken) is not { } definition) return null;
        while (true)
        {
            var (version, isNew, text) = await PrepareNextAsync(definition, cancellationToken);
            if (!isNew) return (version, false);
            if (!await registry.TryAddAsync(version, text, cancellationToken)) continue;
            Logs.Registered(logger, name, version.Version);
            return (version, true);
        }
    }

    /// <summary>Answers as <see cref="RegisterAsync"/> would now; nothing is registered.</summary>
    /// <exception cref="VersionConflictException">It names a version that is neither the next nor the current one unchanged.</exception>
    public async Task<(WorkflowVersion Version, bool IsNew)?> PreviewAsync(
        string name, JsonElement json, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (await CheckAsync(name, json, faults, cancellationToken) is not { } definition) return null;
        var (version, isNew, _) = await PrepareNextAsync(definition, cancellationToken);
        return (version, isNew);
    }

    /// <summary>Deletes a workflow: nothing starts it any more. Its runs go on, and can be shown and run again.</summary>
    /// <returns>False when there is no such workflow.</returns>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        while (await registry.FindLatestAsync(name, cancellationToken) is { } latest)
        {
            // A version of its own: of a deletion and a registration at once the one that comes second sees the other.
            var deletion = new WorkflowVersion(name, latest.Version + 1, "", time.GetUtcNow()) { IsDeletion = true };
            if (!await registry.TryAddAsync(deletion, json: null, cancellationToken)) continue;
            Logs.Deleted(logger, name);
            return true;
        }

        return false;
    }

    // All kinds of faults are looked for, whatever the others found: one answer names them all.
    private async Task<WorkflowDefinition?> CheckAsync(
        string name, JsonElement json, ValidationErrors faults, CancellationToken cancellationToken)
    {
        var reader = new DefinitionReader(faults);
        var definition = reader.Read(json, name);
        new DefinitionCheck(tasks, router, orchestrations.ByName, faults) { IsPartial = reader.HasGaps }.Check(definition);
        await schedules.CheckAsync(definition, faults, cancellationToken);
        if (definition.ListSteps().Count() <= WorkflowDefinition.MaxSteps)
            await ChildCheck.CheckAsync(definition, registry.FindDefinitionAsync, faults, cancellationToken);
        return faults.Any ? null : definition;
    }

    private async Task<(WorkflowVersion Version, bool IsNew, string Text)> PrepareNextAsync(
        WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(definition with { Version = null }, WorkflowJson.Options);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var latest = await registry.FindNewestAsync(definition.Name, cancellationToken);
        if (latest is { IsDeletion: false } && latest.Hash == hash && (definition.Version ?? latest.Version) == latest.Version)
            return (latest, false, text);

        var next = (latest?.Version ?? 0) + 1;
        if (definition.Version is { } given && given != next) throw new VersionConflictException(definition.Name, given, next);
        var version = new WorkflowVersion(definition.Name, next, hash, time.GetUtcNow())
        {
            Description = definition.Description,
            Steps = definition.ListSteps().Count(),
        };
        return (version, true, text);
    }
}
