using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Csv.Jobs.Blobs;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Jobs.Run;

/// <summary>Makes staged blocks visible.</summary>
internal static class JobCommit
{
    private const int ParallelCommits = 8;
    private const string EmptyLabel = "00001";

    /// <summary>Commits the clean output.</summary>
    public static Task CleanAsync(JobFolder folder, CsvOutput output, TableSchema schema, FoldState state, CancellationToken cancellationToken) => output switch
    {
        CsvOutput.Parquet => FilesAsync(folder, schema, state.Ranges, cancellationToken),
        _ => BlobAsync(
            folder.Output(Outputs.CleanName(output, "")),
            RecordWriters.Header(schema, output),
            state.Ranges.SelectMany(BlockIdsOf),
            output == CsvOutput.Csv ? "text/csv" : "application/jsonl",
            cancellationToken),
    };

    /// <summary>Commits the rejects; without any, <c>rejects.csv</c> has its header only.</summary>
    public static Task RejectsAsync(JobFolder folder, FoldState state, CancellationToken cancellationToken) => BlobAsync(
        folder.Output(Outputs.Rejects),
        RejectPart.Header,
        state.Rejects.SelectMany(r => Enumerable.Range(0, r.Blocks).Select(n => BlockIds.OfFold(r.Fold, n))),
        "text/csv",
        cancellationToken);

    private static async Task BlobAsync(BlockBlobClient blob, ReadOnlyMemory<byte> header, IEnumerable<string> ids, string contentType, CancellationToken cancellationToken)
    {
        if (!header.IsEmpty)
        {
            using var content = new MemoryStream(header.ToArray());
            await blob.StageBlockAsync(BlockIds.OfHeader, content, cancellationToken: cancellationToken);
            ids = ids.Prepend(BlockIds.OfHeader);
        }

        var options = new CommitBlockListOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } };
        await blob.CommitBlockListAsync(ids, options, cancellationToken);
    }

    private static async Task FilesAsync(JobFolder folder, TableSchema schema, IReadOnlyList<StagedRange> ranges, CancellationToken cancellationToken)
    {
        if (ranges.Count == 0)
        {
            // Readers of Parquet want a file to learn the columns from.
            await using var writer = RecordWriters.Create(schema, CsvOutput.Parquet);
            await writer.CompleteAsync(cancellationToken);
            using var content = new MemoryStream(writer.Pending.ToArray());
            await folder.Output(Outputs.CleanName(CsvOutput.Parquet, EmptyLabel)).UploadAsync(content, cancellationToken: cancellationToken);
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelCommits, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ranges, parallel, async (range, token) =>
            await folder.Output(Outputs.CleanName(CsvOutput.Parquet, range.Label)).CommitBlockListAsync(BlockIdsOf(range), cancellationToken: token));
    }

    private static IEnumerable<string> BlockIdsOf(StagedRange range) =>
        Enumerable.Range(0, range.Blocks).Select(n => BlockIds.OfRange(range.Start, range.First, n));
}
