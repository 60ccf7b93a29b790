using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Puts outputs together from the blocks that ranges and folds have staged.</summary>
internal static class JobCommit
{
    private const string EmptyLabel = "00001";

    /// <summary>Stages what the clean output still lacks.</summary>
    public static async Task<IReadOnlyList<StagedOutput>> StageCleanAsync(
        JobFolder folder, CsvPlan plan, TableSchema schema, FoldState state, CancellationToken cancellationToken) => plan.Output switch
        {
            CsvOutput.Parquet when state.Ranges.Count == 0 => [await WriteEmptyParquetAsync(folder, plan, schema, cancellationToken)],
            CsvOutput.Parquet =>
                [.. state.Ranges.Select(
                    r => new StagedOutput(
                        folder.Output(Outputs.CleanName(plan, r.Label)), [.. Staged(r.Indexed())], Outputs.CleanType(plan)))],
            _ =>
            [
                await StagedOutput.StageAsync(
                    folder.Output(Outputs.CleanName(plan, "")),
                    plan.Proof,
                    Outputs.CleanHead(plan, schema, hasRecords: state.Ranges.Count > 0),
                    Staged(state.Blocks()),
                    Outputs.CleanType(plan),
                    cancellationToken),
            ],
        };

    /// <summary>Stages what the rejects still lack; without any, <c>rejects.csv</c> has its header only.</summary>
    public static Task<StagedOutput> StageRejectsAsync(
        JobFolder folder, HashKind hash, FoldState state, CancellationToken cancellationToken) =>
        StagedOutput.StageAsync(
            folder.Output(Outputs.Rejects), hash, state.Files is null ? RejectPart.Header : RejectPart.HeaderOfFiles, state.RejectBlocks(),
            "text/csv", cancellationToken);

    private static IEnumerable<StagedBlock> Staged(IEnumerable<IndexedBlock> blocks) => blocks.Select(b => new StagedBlock(b.Id, b.Proof));

    // Readers of Parquet want a file to learn the columns from.
    private static async Task<StagedOutput> WriteEmptyParquetAsync(
        JobFolder folder, CsvPlan plan, TableSchema schema, CancellationToken cancellationToken)
    {
        await using var writer = RecordWriters.Create(schema, CsvOutput.Parquet);
        await writer.CompleteAsync(cancellationToken);
        return await StagedOutput.StageAsync(
            folder.Output(Outputs.CleanName(plan, EmptyLabel)), plan.Proof, writer.Pending, [], Outputs.CleanType(plan), cancellationToken);
    }
}
