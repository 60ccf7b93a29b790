using System.Text.Json;
using Serverless.Csv.Proof;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Sets;

namespace Serverless.CsvJobs.Run;

/// <summary>The facts of a range that was read; a part blob.</summary>
/// <param name="Blocks">The blocks that it staged.</param>
/// <param name="Statistics">What its records were like.</param>
/// <param name="Files">What it read of each file, where there are several.</param>
/// <param name="Partitions">The blocks of each value, where the output is partitioned.</param>
/// <param name="Rows">The lists of the records that were staged together; null where the output is not partitioned.</param>
internal sealed record RangeFacts(
    IReadOnlyList<RangeBlock> Blocks, JsonElement Statistics, IReadOnlyList<FileSegment>? Files = null,
    IReadOnlyList<RangePartition>? Partitions = null, IReadOnlyList<RangeRows>? Rows = null)
{
    public static async Task<RangeFacts> LoadAsync(JobFolder folder, long start, long first, CancellationToken cancellationToken)
    {
        var content = await folder.GetPart(Parts.BuildStatisticsName(start, first)).DownloadContentAsync(cancellationToken);
        return content.Value.Content.ToObjectFromJson<RangeFacts>()
            ?? throw new InvalidDataException($"The facts of a range of {folder.Name} are empty.");
    }

    public async Task SaveAsync(JobFolder folder, long start, long first, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(this));
        await folder.GetPart(Parts.BuildStatisticsName(start, first)).UploadAsync(content, overwrite: true, cancellationToken);
    }

    /// <summary>The statistics with rows and lines counted from the file's start.</summary>
    /// <param name="range">The range.</param>
    /// <param name="places">The places of its lines, where there are several files.</param>
    public ChunkStatistics Shift(FoldRange range, FilePlaces? places)
    {
        var statistics = ChunkStatistics.FromJson(JsonSerializer.SerializeToUtf8Bytes(Statistics));
        return places is null
            ? statistics.Shift(range.RowsBefore, range.LinesBefore)
            : statistics.Place(range.RowsBefore, line => places.Find(range.Start, line));
    }
}

/// <summary>A block that a range staged.</summary>
/// <param name="LastRow">The last record whose place is in it, counted from the range's start.</param>
/// <param name="Proof">Its bytes.</param>
internal sealed record RangeBlock(long LastRow, BlockProof Proof);

/// <summary>The blocks that a range staged of a partition.</summary>
/// <param name="Name">The partition's folder.</param>
/// <param name="Blocks">Its blocks, in order.</param>
internal sealed record RangePartition(string Name, IReadOnlyList<RangeBlock> Blocks);

/// <summary>The lists of records that were staged together.</summary>
/// <param name="LastRow">The last record whose place is in what was staged, counted from the range's start.</param>
/// <param name="Bytes">The size of the lists.</param>
internal sealed record RangeRows(long LastRow, long Bytes);
