using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>Puts outputs together from the blocks that ranges and folds have staged.</summary>
internal static class JobCommit
{
    private const string EmptyLabel = "00001";
    private const string ParquetType = "application/vnd.apache.parquet";

    /// <summary>Stages what the clean output still lacks.</summary>
    public static async Task<IReadOnlyList<StagedOutput>> StageCleanAsync(
        JobFolder folder, CsvOutput output, TableSchema schema, FoldState state, CancellationToken cancellationToken) => output switch
        {
            CsvOutput.Parquet when state.Ranges.Count == 0 => [await WriteEmptyParquetAsync(folder, schema, cancellationToken)],
            CsvOutput.Parquet =>
                [.. state.Ranges.Select(
                    r => new StagedOutput(folder.Output(Outputs.CleanName(output, r.Label)), [.. r.BlockIdsInOrder()], ParquetType))],
            _ =>
            [
                await StagedOutput.StageAsync(
                folder.Output(Outputs.CleanName(output, "")),
                RecordWriters.Header(schema, output),
                state.Ranges.SelectMany(r => r.BlockIdsInOrder()),
                output == CsvOutput.Csv ? "text/csv" : "application/jsonl",
                cancellationToken),
        ],
        };

    /// <summary>Stages what the rejects still lack; without any, <c>rejects.csv</c> has its header only.</summary>
    public static Task<StagedOutput> StageRejectsAsync(JobFolder folder, FoldState state, CancellationToken cancellationToken) =>
        StagedOutput.StageAsync(
        folder.Output(Outputs.Rejects),
        RejectPart.Header,
        RejectIds(state),
        "text/csv",
        cancellationToken);

    /// <summary>The blocks of the rejects in order, without the column names.</summary>
    public static IEnumerable<string> RejectIds(FoldState state) =>
        state.Rejects.SelectMany(r => Enumerable.Range(0, r.Blocks).Select(n => BlockIds.OfFold(r.Fold, n)));

    // Readers of Parquet want a file to learn the columns from.
    private static async Task<StagedOutput> WriteEmptyParquetAsync(
        JobFolder folder, TableSchema schema, CancellationToken cancellationToken)
    {
        await using var writer = RecordWriters.Create(schema, CsvOutput.Parquet);
        await writer.CompleteAsync(cancellationToken);
        return await StagedOutput.StageAsync(
            folder.Output(Outputs.CleanName(CsvOutput.Parquet, EmptyLabel)), writer.Pending, [], ParquetType, cancellationToken);
    }
}
