using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Report;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Sets;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Merges ranges' results into those of the folds before, and stages their rejects with absolute row and line numbers.</summary>
internal sealed class FoldRanges(Containers containers, CsvPlans plans)
{
    private const int ParallelReads = 8;
    private const int ExampleBytes = 256 << 10;

    /// <summary>Folds ranges that lie side by side.</summary>
    [Function(nameof(FoldRanges))]
    public async Task RunAsync([ActivityTrigger] FoldTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var before = task.Fold > 1 ? await FoldState.LoadAsync(folder, task.Fold - 1, cancellationToken) : null;
        var statistics = before is null
            ? new RecordCleaner(schema, plan.Output, plan.Dialect).CreateStatistics()
            : ChunkStatistics.FromJson(JsonSerializer.SerializeToUtf8Bytes(before.Statistics));

        var places = plan.Files is { } files ? new FilePlaces(files, before?.Files) : null;
        var merged = MergeAsync(folder, task, statistics, places, cancellationToken);

        // Where there are several files, the places of rejects are known only when all ranges are.
        if (places is not null) await merged;
        var (rejectBlocks, examples) = await StageRejectsAsync(folder, task, plan, before?.Examples ?? [], places, cancellationToken);
        var (all, staged) = await merged;
        var state = new FoldState(
            [.. before?.Ranges ?? [], .. staged],
            rejectBlocks.Count == 0 ? before?.Rejects ?? [] : [.. before?.Rejects ?? [], new StagedRejects(task.Fold, rejectBlocks)],
            JsonSerializer.Deserialize<JsonElement>(all.ToJson()),
            FindPieces(before, task, plan, places),
            examples,
            places?.SoFar);
        if (plan.PartitionBy is { } column && state.ListPartitions().Count > PartitionBlocks.MaxPartitions)
            throw new CsvJobException(PartitionWriter.DescribeLimit(column, PartitionBlocks.MaxPartitions));
        await state.SaveAsync(folder, task.Fold, cancellationToken);
    }

    private static async Task<(ChunkStatistics Statistics, IReadOnlyList<StagedRange> Staged)> MergeAsync(
        JobFolder folder, FoldTask task, ChunkStatistics merged, FilePlaces? places, CancellationToken cancellationToken)
    {
        var staged = new List<StagedRange>();
        foreach (var chunk in task.Ranges.Where(r => r.Rows > 0 || places is not null).Chunk(ParallelReads))
        {
            var read = await Task.WhenAll(chunk.Select(r => RangeFacts.LoadAsync(folder, r.Start, r.First, cancellationToken)));
            foreach (var (range, facts) in chunk.Zip(read))
            {
                places?.Add(range.Start, facts.Files ?? []);
                merged = merged.Merge(facts.Shift(range, places));
                if (range.Blocks > 0) staged.Add(StagedRange.Of(range, facts));
            }
        }

        return (merged, staged);
    }

    private static IReadOnlyList<InputPiece>? FindPieces(FoldState? before, FoldTask task, CsvPlan plan, FilePlaces? places)
    {
        if (before is { Pieces: null } || task.Ranges.Any(r => r.Proof is null)) return null;
        if (places is not null) return places.FindPieces() is { } found ? [.. before?.Pieces ?? [], .. found] : null;
        return [.. before?.Pieces ?? [], .. task.Ranges.Where(r => r.Next > r.First || plan.IsSequential).Select(r => new InputPiece(
            plan.IsSequential ? 0 : r.First, plan.IsSequential ? plan.Size : r.Next, r.Proof!.Hash, r.Rows == 0 ? 0 : r.RowsBefore + 1,
            r.Rows, r.Proof.FirstRecord, r.Proof.LastRecord, r.Rows - r.Rejected, r.Rejected))];
    }

    private static async Task<(IReadOnlyList<BlockProof> Blocks, IReadOnlyList<RejectExample> Examples)> StageRejectsAsync(
        JobFolder folder, FoldTask task, CsvPlan plan, IReadOnlyList<RejectExample> examples, FilePlaces? places,
        CancellationToken cancellationToken)
    {
        await using var stager = new BlockStager(
            folder.GetOutput(Outputs.Rejects), n => BlockIds.OfFold(task.Fold, n), plan.BlockBytes, plan.Proof);
        await using var staged = new StagingStream(stager);
        await using var lines = new HeadStream(staged, examples.Count < RejectExample.MaxShown ? ExampleBytes : 0);
        foreach (var range in task.Ranges.Where(r => r.Rejected > 0))
        {
            using var part =
                (await folder.GetPart(Parts.BuildRejectsName(range.Start, range.First))
                    .DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            await RejectPart.CopyAsync(
                part.Content, range.RowsBefore, range.LinesBefore, lines,
                places is null ? null : (line, beginning) => places.Reject(range.Start, line, beginning), cancellationToken);
        }

        await stager.FinishAsync(cancellationToken);
        using var head = new MemoryStream(lines.Head.ToArray());
        var found = await RejectExample.FindAsync(head, hasHeader: false, RejectExample.MaxShown, cancellationToken);
        return (stager.Proofs, [.. examples.Concat(found).DistinctBy(e => (e.Code, e.Field)).Take(RejectExample.MaxShown)]);
    }
}
