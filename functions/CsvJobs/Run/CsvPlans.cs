using System.Collections.Concurrent;
using System.Text.Json;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>The plans of the jobs at work: read once by each host, not once by each range.</summary>
internal sealed class CsvPlans
{
    private const int MaxKept = 64;
    private const string Prefix = "plan-";

    private readonly ConcurrentDictionary<string, (CsvPlan Plan, TableSchema Schema)> _kept = new(StringComparer.Ordinal);

    /// <summary>Stores a plan for all hosts.</summary>
    public async Task SaveAsync(JobFolder folder, CsvPlan plan, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(plan));
        await Blob(folder, plan.ETag).UploadAsync(content, overwrite: true, cancellationToken);
        Keep(folder, plan);
    }

    /// <summary>Gets the plan for a content.</summary>
    public async Task<(CsvPlan Plan, TableSchema Schema)> LoadAsync(JobFolder folder, string etag, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(Key(folder, etag), out var kept)) return kept;
        var content = await Blob(folder, etag).DownloadContentAsync(cancellationToken);
        var plan = content.Value.Content.ToObjectFromJson<CsvPlan>()
            ?? throw new InvalidDataException($"The plan of {folder.Name} is empty.");
        return Keep(folder, plan);
    }

    /// <summary>The loads that a job has planned and not brought to their end: more than one when its file was replaced.</summary>
    public static async Task<IReadOnlyList<LoadPlan>> ListLoadsAsync(JobFolder folder, CancellationToken cancellationToken)
    {
        var loads = new List<LoadPlan>();
        foreach (var name in await folder.ListPartsAsync(Prefix, cancellationToken))
        {
            var content = await folder.GetPart(name).DownloadContentAsync(cancellationToken);
            if (content.Value.Content.ToObjectFromJson<CsvPlan>() is { Load: { } load }) loads.Add(load);
        }

        return loads;
    }

    private (CsvPlan Plan, TableSchema Schema) Keep(JobFolder folder, CsvPlan plan)
    {
        // An empty file has no columns, which nobody could ask for.
        var schema = TableSchemaParser.Parse(plan.Schema).Schema ?? (plan.IsSchemaInferred
            ? new TableSchema([])
            : throw new InvalidDataException($"The plan of {folder.Name} has no valid schema."));
        if (_kept.Count >= MaxKept) _kept.Clear();
        return _kept[Key(folder, plan.ETag)] = (plan, schema);
    }

    private static string Key(JobFolder folder, string etag) => folder.Name + "\n" + etag;

    private static Azure.Storage.Blobs.BlobClient Blob(JobFolder folder, string etag) =>
        folder.GetPart($"{Prefix}{ContentHash.Of(etag)}.json");
}
