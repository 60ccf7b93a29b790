using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Items;

/// <summary>
/// Makes the results and failures of a map visible, in the order of the items. Nothing is copied: chunks have staged them.
/// </summary>
internal sealed class CommitItems(MapFolder folder)
{
    private const string Results = "results.jsonl";
    private const string Failures = "failures.jsonl";

    /// <summary>The size of the block that a chunk without results, or without failures, stages.</summary>
    private const int EmptyBlock = 1;

    /// <summary>Commits; twice is the same.</summary>
    [Function(nameof(CommitItems))]
    public async Task<MapResult> RunAsync([ActivityTrigger] ItemMapState state, CancellationToken cancellationToken)
    {
        var (run, place) = (state.Map.RunId, state.Map.Place);
        var results = state.Succeeded > 0 ? await CommitAsync(run, place, Results, cancellationToken) : null;
        var failures = state.Failed > 0 ? await CommitAsync(run, place, Failures, cancellationToken) : null;
        var values = state.Failed > 0 ? null : await ReadValuesAsync(run, place, results, cancellationToken);
        return new MapResult(state.Plan!.Items, state.Succeeded, state.Failed, results, failures, values);
    }

    private async Task<string> CommitAsync(string run, string place, string name, CancellationToken cancellationToken)
    {
        var blob = await folder.OpenAsync(run, place, name, cancellationToken);
        var blocks = (await blob.GetBlockListAsync(BlockListTypes.All, cancellationToken: cancellationToken)).Value;

        // Nothing staged is left: an earlier run of this activity committed it.
        if (blocks.UncommittedBlocks.Any())
        {
            var ids = blocks.UncommittedBlocks.Where(b => b.SizeLong > EmptyBlock).Select(b => b.Name).OrderBy(MapFolder.ChunkOf);
            await blob.CommitBlockListAsync(
                ids, new CommitBlockListOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/x-ndjson" } },
                cancellationToken);
        }

        return MapFolder.BuildFullName(run, place, name);
    }

    private async Task<JsonElement?> ReadValuesAsync(string run, string place, string? results, CancellationToken cancellationToken)
    {
        if (results is null) return JsonSerializer.SerializeToElement(Array.Empty<int>());
        var blob = await folder.OpenAsync(run, place, Results, cancellationToken);
        if ((await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ContentLength > StoredValue.MaxInlineBytes)
            return null;

        var lines = (await blob.DownloadContentAsync(cancellationToken)).Value.Content.ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return JsonSerializer.SerializeToElement(lines.Select(l => JsonSerializer.Deserialize<JsonElement>(l).GetProperty("result")));
    }
}
