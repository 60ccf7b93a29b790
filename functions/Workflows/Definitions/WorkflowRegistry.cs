using System.Collections.Concurrent;
using System.Globalization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Workflows.Definitions;

/// <summary>
/// The versions of all workflows. A version never changes: its row names the blob that holds it, and is added last, so that nothing is half
/// registered.
/// </summary>
internal sealed class WorkflowRegistry([FromKeyedServices(WorkflowRegistry.TableName)] LazyTable lazyTable, Containers containers)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Workflows";

    private const string NamePartition = "name";
    private const string VersionPartition = "version-";

    private readonly ConcurrentDictionary<(string, int), string> _json = new();

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

    /// <summary>The current version with its steps; null when there is no such workflow.</summary>
    public async Task<WorkflowDefinition?> FindDefinitionAsync(string name, CancellationToken cancellationToken) =>
        await FindLatestAsync(name, cancellationToken) is { } latest ? await GetAsync(name, latest.Version, cancellationToken) : null;

    /// <summary>The current version; null when there is no such workflow.</summary>
    public async Task<WorkflowVersion?> FindLatestAsync(string name, CancellationToken cancellationToken) =>
        await FindNewestAsync(name, cancellationToken) is { IsDeletion: false } latest ? latest : null;

    /// <summary>A workflow's versions, the newest first; none when there is no such workflow.</summary>
    public async Task<IReadOnlyList<WorkflowVersion>> ListVersionsAsync(string name, int max, CancellationToken cancellationToken) =>
        [.. (await ReadVersionsAsync(name, max, cancellationToken)).Where(v => !v.IsDeletion)];

    /// <summary>The newest version, even when that is a deletion; null when the name is new.</summary>
    internal async Task<WorkflowVersion?> FindNewestAsync(string name, CancellationToken cancellationToken) =>
        await ReadVersionsAsync(name, 1, cancellationToken) is [var newest] ? newest : null;

    private async Task<IReadOnlyList<WorkflowVersion>> ReadVersionsAsync(string name, int max, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var partition = VersionPartition + name;
        var versions = new List<WorkflowVersion>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), max, cancellationToken: cancellationToken))
        {
            versions.Add(ToVersion(row));
            if (versions.Count == max) break;
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

    /// <summary>Adds a version that follows the newest.</summary>
    /// <param name="version">The version.</param>
    /// <param name="json">Its definition; null for a deletion.</param>
    /// <param name="cancellationToken">Cancels what is not stored yet.</param>
    /// <returns>False when another was faster.</returns>
    internal async Task<bool> TryAddAsync(WorkflowVersion version, string? json, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        if (json is not null)
        {
            await table.UpsertEntityAsync(new TableEntity(NamePartition, version.Name), TableUpdateMode.Merge, cancellationToken);
            var blob = await OpenAsync(version, cancellationToken);
            await blob.UploadAsync(BinaryData.FromString(json), overwrite: true, cancellationToken);
        }

        return await table.TryAddAsync(ToRow(version), cancellationToken);
    }

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
