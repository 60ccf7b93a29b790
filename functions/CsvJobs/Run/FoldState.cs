using System.Text.Json;
using Serverless.Csv.Proof;
using Serverless.Csv.Report;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Sets;

namespace Serverless.CsvJobs.Run;

/// <summary>The results of all ranges up to a fold; a blob in the job's folder.</summary>
/// <param name="Ranges">The ranges that staged blocks, in order.</param>
/// <param name="Rejects">The blocks of rejects that each fold staged.</param>
/// <param name="Statistics">All ranges' statistics, merged.</param>
/// <param name="Pieces">The pieces of the file that were read, in order; null when one was read by an earlier version.</param>
/// <param name="Examples">One rejected record of each of the first reasons: staged blocks cannot be read before they are committed.</param>
/// <param name="Files">The files, where there are several.</param>
internal sealed record FoldState(
    IReadOnlyList<StagedRange> Ranges, IReadOnlyList<StagedRejects> Rejects, JsonElement Statistics, IReadOnlyList<InputPiece>? Pieces,
    IReadOnlyList<RejectExample> Examples, FilesSoFar? Files = null)
{
    public static async Task<FoldState> LoadAsync(JobFolder folder, int fold, CancellationToken cancellationToken)
    {
        var content = await folder.GetPart(Parts.Fold(fold)).DownloadContentAsync(cancellationToken);
        return content.Value.Content.ToObjectFromJson<FoldState>()
            ?? throw new InvalidDataException($"Fold {fold} of {folder.Name} is empty.");
    }

    /// <summary>The blocks with records, in order.</summary>
    public IEnumerable<IndexedBlock> ListBlocks() =>
        Ranges.SelectMany(r => r.ListIndexed());

    /// <summary>The same of a partition.</summary>
    public IEnumerable<IndexedBlock> ListBlocks(string partition) =>
        Ranges.SelectMany(r => r.ListIndexed(partition));

    /// <summary>The folders of all partitions, in order; none where there is one output.</summary>
    public IReadOnlyList<string> ListPartitions() =>
        [.. Ranges.SelectMany(r => r.Partitions ?? []).Select(p => p.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The blocks of the rejects in order, without the column names.</summary>
    public IEnumerable<StagedBlock> RejectBlocks() =>
        Rejects.SelectMany(r => r.Blocks.Select((proof, n) => new StagedBlock(BlockIds.OfFold(r.Fold, n), proof)));

    public async Task SaveAsync(JobFolder folder, int fold, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(this));
        await folder.GetPart(Parts.Fold(fold)).UploadAsync(content, overwrite: true, cancellationToken);
    }
}
