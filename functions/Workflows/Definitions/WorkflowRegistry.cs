using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Tasks;

namespace Serverless.Workflows.Definitions;

/// <summary>
/// The versions of all workflows. A version never changes: its row names the blob that holds it, and is added last, so that nothing is half
/// registered.
/// </summary>
internal sealed class WorkflowRegistry(
    [FromKeyedServices(WorkflowRegistry.TableName)] LazyTable lazyTable, Containers containers, TaskRegistry tasks,
    TaskRouter router, WorkflowOrchestrations orchestrations, TimeProvider time, ILogger<WorkflowRegistry> logger)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Workflows";

    private const string NamePartition = "name";
    private const string VersionPartition = "version-";

    private readonly ConcurrentDictionary<(string, int), string> _json = new();

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

        var table = await lazyTable.GetAsync(cancellationToken);
        await table.UpsertEntityAsync(new TableEntity(NamePartition, name), TableUpdateMode.Merge, cancellationToken);
        while (true)
        {
            var (version, isNew, text) = await PrepareNextAsync(definition, cancellationToken);
            if (!isNew) return (version, false);
            await StoreAsync(version, text, cancellationToken);
            if (!await table.TryAddAsync(ToRow(version), cancellationToken)) continue;
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
        var table = await lazyTable.GetAsync(cancellationToken);
        while (await FindLatestAsync(name, cancellationToken) is { } latest)
        {
            // A version of its own: of a deletion and a registration at once the one that comes second sees the other.
            var deletion = new WorkflowVersion(name, latest.Version + 1, "", time.GetUtcNow()) { IsDeletion = true };
            if (!await table.TryAddAsync(ToRow(deletion), cancellationToken)) continue;
            Logs.Deleted(logger, name);
            return true;
        }

        return false;
    }

    /// <summary>The workflows that run one as a child, in their current versions.</summary>
    public async Task<IReadOnlyList<string>> ListParentsAsync(string name, CancellationToken cancellationToken)
    {
        var parents = new List<string>();
        foreach (var version in await ListAsync(cancellationToken))
        {
            var definition = await GetAsync(version.Name, version.Version, cancellationToken);
            if (definition.ListSteps().Any(s => s.Workflow == name)) parents.Add(version.Name);
        }

        return parents;
    }

    /// <summary>The current version; null when there is no such workflow.</summary>
    public async Task<WorkflowVersion?> FindLatestAsync(string name, CancellationToken cancellationToken) =>
        await FindNewestAsync(name, cancellationToken) is { IsDeletion: false } latest ? latest : null;

    /// <summary>A workflow's versions, the newest first; none when there is no such workflow.</summary>
    public async Task<IReadOnlyList<WorkflowVersion>> ListVersionsAsync(string name, int most, CancellationToken cancellationToken) =>
        [.. (await ReadVersionsAsync(name, most, cancellationToken)).Where(v => !v.IsDeletion)];

    private async Task<WorkflowVersion?> FindNewestAsync(string name, CancellationToken cancellationToken) =>
        await ReadVersionsAsync(name, 1, cancellationToken) is [var newest] ? newest : null;

    private async Task<IReadOnlyList<WorkflowVersion>> ReadVersionsAsync(string name, int most, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var partition = VersionPartition + name;
        var versions = new List<WorkflowVersion>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), most, cancellationToken: cancellationToken))
        {
            versions.Add(ToVersion(row));
            if (versions.Count == most) break;
        }

        return versions;
    }

    /// <summary>The current versions of all workflows, by name.</summary>
    public async Task<IReadOnlyList<WorkflowVersion>> ListAsync(CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var names = new List<string>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {NamePartition}"), cancellationToken: cancellationToken)) names.Add(row.RowKey);
        var versions = new List<WorkflowVersion>();
        foreach (var some in names.Chunk(16))
            versions.AddRange((await Task.WhenAll(some.Select(n => FindLatestAsync(n, cancellationToken)))).OfType<WorkflowVersion>());
        return versions;
    }

    /// <summary>Null when there is no such version.</summary>
    public async Task<WorkflowVersion?> FindAsync(string name, int version, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(
            VersionPartition + name, RowKey(version), cancellationToken: cancellationToken);
        return row.HasValue && ToVersion(row.Value!) is { IsDeletion: false } found ? found : null;
    }

    /// <summary>The definition of a version that exists.</summary>
    public async Task<WorkflowDefinition> GetAsync(string name, int version, CancellationToken cancellationToken) =>
        WorkflowJson.Read(await GetJsonAsync(name, version, cancellationToken)) with { Version = version };

    /// <summary>The JSON of a version that exists.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public async Task<string> GetJsonAsync(string name, int version, CancellationToken cancellationToken)
    {
        if (_json.TryGetValue((name, version), out var known)) return known;
        var found = await FindAsync(name, version, cancellationToken)
            ?? throw new InvalidOperationException($"There is no version {version} of the workflow '{name}'.");
        var content = await (await OpenAsync(found, cancellationToken)).DownloadContentAsync(cancellationToken);
        return _json[(name, version)] = content.Value.Content.ToString();
    }

    /// <summary>The current versions of a definition's child workflows, and of theirs.</summary>
    public async Task<IReadOnlyDictionary<string, int>> FindChildVersionsAsync(
        WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = new Queue<WorkflowDefinition>([definition]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var name in parent.ListSteps().Select(s => s.Workflow).OfType<string>().Where(n => !versions.ContainsKey(n)))
            {
                var latest = await FindLatestAsync(name, cancellationToken)
                    ?? throw new InvalidOperationException($"There is no workflow '{name}'.");
                versions[name] = latest.Version;
                open.Enqueue(await GetAsync(name, latest.Version, cancellationToken));
            }
        }

        return versions;
    }

    // All kinds of faults are looked for, whatever the others found: one answer names them all.
    private async Task<WorkflowDefinition?> CheckAsync(
        string name, JsonElement json, ValidationErrors faults, CancellationToken cancellationToken)
    {
        var reader = new DefinitionReader(faults);
        var definition = reader.Read(json, name);
        new DefinitionCheck(tasks, router, orchestrations.ByName, faults) { IsPartial = reader.HasGaps }.Check(definition);
        if (definition.ListSteps().Count() <= WorkflowDefinition.MaxSteps)
            await ChildCheck.CheckAsync(definition, FindDefinitionAsync, faults, cancellationToken);
        return faults.Any ? null : definition;
    }

    private async Task<(WorkflowVersion Version, bool IsNew, string Text)> PrepareNextAsync(
        WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(definition with { Version = null }, WorkflowJson.Options);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var latest = await FindNewestAsync(definition.Name, cancellationToken);
        if (latest is { IsDeletion: false } && latest.Hash == hash && (definition.Version ?? latest.Version) == latest.Version)
            return (latest, false, text);

        var next = (latest?.Version ?? 0) + 1;
        if (definition.Version is { } given && given != next) throw new VersionConflictException(definition.Name, given, next);
        var version = new WorkflowVersion(
            definition.Name, next, hash, time.GetUtcNow())
        { Description = definition.Description, Steps = definition.ListSteps().Count() };
        return (version, true, text);
    }

    private async Task<WorkflowDefinition?> FindDefinitionAsync(string name, CancellationToken cancellationToken) =>
        await FindLatestAsync(name, cancellationToken) is { } latest ? await GetAsync(name, latest.Version, cancellationToken) : null;

    private async Task StoreAsync(WorkflowVersion version, string text, CancellationToken cancellationToken) =>
        await (await OpenAsync(version, cancellationToken)).UploadAsync(BinaryData.FromString(text), overwrite: true, cancellationToken);

    // The hash is part of the name: of two that register a version at once, neither overwrites the other's.
    private async Task<BlobClient> OpenAsync(WorkflowVersion version, CancellationToken cancellationToken) =>
        (await containers.GetAsync(Containers.Workflows, cancellationToken)).GetBlobClient(
            string.Create(CultureInfo.InvariantCulture, $"{version.Name}/{version.Version}-{version.Hash[..16]}.json"));

    private static TableEntity ToRow(WorkflowVersion version) => new(VersionPartition + version.Name, RowKey(version.Version))
    {
        ["Name"] = version.Name,
        ["Version"] = version.Version,
        ["Hash"] = version.Hash,
        ["Registered"] = version.Registered,
        ["Description"] = version.Description,
        ["Steps"] = version.Steps,
        ["IsDeletion"] = version.IsDeletion ? true : null,
    };

    private static WorkflowVersion ToVersion(TableEntity row) => new(
        row.GetString("Name"), row.GetInt32("Version") ?? 0, row.GetString("Hash"), row.GetDateTimeOffset("Registered") ?? default)
    {
        Description = row.GetString("Description"),
        Steps = row.GetInt32("Steps") ?? 0,
        IsDeletion = row.GetBoolean("IsDeletion") ?? false,
    };

    // Tables sort by key, ascending: the newest version comes first.
    private static string RowKey(int version) => (int.MaxValue - version).ToString("D10", CultureInfo.InvariantCulture);
}
