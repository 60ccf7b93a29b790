using System.Text.Json;
using Serverless.Csv.Proof;
using Serverless.Csv.Report;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>Cleans the records of a round and stages all that changes with them, in one pass over the rejects.</summary>
internal sealed class RoundStager(
    JobFolder folder, MendRound round, OutputIndex index, TableSchema schema, OwnRejects rejects, MendSelection selection, RawRecords raws,
    MendComparison comparison, byte[]? maskKey, IndexedFiles? files, TimeProvider time)
{
    private const int ExampleBytes = 256 << 10;

    private readonly CsvPlan _plan = index.Plan;

    /// <summary>Stages the round.</summary>
    /// <param name="load">The table that accepted records go into as well; null for none.</param>
    /// <param name="cancellationToken">Ends the reads and writes; nothing is visible yet.</param>
    /// <returns>All that is to be made visible; null when the table refuses some of the records.</returns>
    public async Task<MendCommit?> StageAsync(RangeLoad? load, CancellationToken cancellationToken)
    {
        await using IMendedOutput output = _plan.PartitionBy is null
            ? new OneFileOutput(folder, index, schema, round.Id) : new PartitionedOutput(folder, index, schema, round.Id);
        await using var stager = new BlockStager(
            rejects.Blob, n => BlockIds.OfMend(round.Id, BlockIds.MendedRejects, n), _plan.BlockBytes, _plan.Proof);
        await using var lines = new HeadStream(new StagingStream(stager), ExampleBytes);
        var writer = new MendWriter(index, schema, selection, raws, comparison.Findings, maskKey, output, load, lines);
        await using (var before = await rejects.OpenAsync(cancellationToken)) await writer.RunAsync(before, cancellationToken);
        await stager.FinishAsync(cancellationToken);
        if (load is not null && writer.Accepted.Count > 0)
        {
            await load.FinishAsync(MendLoader.First, cancellationToken);
            if (load.Found.Count > 0) return null;
        }

        var statistics = comparison.Describe(
            writer.BuildStatistics(ChunkStatistics.FromJson(JsonSerializer.SerializeToUtf8Bytes(index.Statistics))));
        var next = comparison.Keep(Follow(writer, statistics));
        if (!writer.IsChange) return new MendCommit([], next, "");
        if (schema.Dimensions?.FindRowsFault(statistics.Rows) is { } fault) throw new CsvJobException($"{fault} Nothing was changed.");

        var records = await output.StageAsync(cancellationToken);
        next = next with
        {
            Outputs = records.Index,
            Places = records.Places,
            RejectIds = [.. Enumerable.Range(0, stager.Blocks).Select(n => BlockIds.OfMend(round.Id, BlockIds.MendedRejects, n))],
        };
        List<MendedOutput> outputs =
            [.. records.Files, new MendedOutput(Outputs.Rejects, next.RejectIds, "text/csv", rejects.ETag.ToString())];
        List<OutputProof> proofs = [.. records.Proofs, new OutputProof(Outputs.Rejects, stager.Proofs)];
        next = await StageDocumentsAsync(writer, statistics, next, lines.Head, outputs, proofs, cancellationToken);
        return new MendCommit(outputs, next, "");
    }

    private OutputIndex Follow(MendWriter writer, ChunkStatistics statistics) => index with
    {
        Statistics = JsonSerializer.Deserialize<JsonElement>(statistics.ToJson()),
        Totals = index.Totals with { Rows = statistics.Rows, Accepted = statistics.Accepted, Rejected = statistics.Rejected },
        Rounds = [.. index.Rounds, round with
        {
            Accepted = writer.Accepted.Count,
            Rejected = writer.StillWrong,
            Dropped = writer.Dropped.Count,
            Unknown = writer.Unknown,
        }],
        Dropped = [.. index.Dropped.Concat(writer.Dropped).Order()],
        Resent = [.. index.Resent.Except(writer.Accepted).Union(writer.Resent).Order()],
    };

    private async Task<OutputIndex> StageDocumentsAsync(
        MendWriter writer, ChunkStatistics statistics, OutputIndex next, ReadOnlyMemory<byte> rejected, List<MendedOutput> outputs,
        List<OutputProof> proofs, CancellationToken cancellationToken)
    {
        using var head = new MemoryStream(rejected.ToArray());
        var examples = await RejectExample.FindAsync(head, hasHeader: true, RejectExample.MaxShown, cancellationToken);
        var counted = files is null ? null : writer.CountFiles(files);
        var summary = JobDocuments.Summarize(
            _plan, statistics, next.Totals, TimeSpan.FromSeconds(index.DurationSeconds), next.Rounds);
        summary = summary with { Files = counted?.Summarize() };
        var report = await JobDocuments.ReportAsync(_plan, summary, examples, time.GetUtcNow());
        outputs.Add(await StageAsync(CsvReport.HtmlName, report, "text/html; charset=utf-8", cancellationToken));
        proofs.Add(new OutputProof(CsvReport.HtmlName, [new BlockProof(report.Length, ByteHash.Of(_plan.Proof, report))]));
        next = next with { Proof = index.Proof?.Mend(writer.Accepted, writer.Dropped, proofs) };
        if (counted is not null) outputs.Add(await StageAsync(IndexedFiles.Name, counted.ToJson(), "application/json", cancellationToken));
        outputs.Add(await StageAsync(
            Outputs.Summary, (summary with { Proof = next.Proof }).ToJson(), "application/json", cancellationToken));
        return next;
    }

    private async Task<MendedOutput> StageAsync(string name, byte[] content, string contentType, CancellationToken cancellationToken)
    {
        var id = BlockIds.OfMend(round.Id, BlockIds.MendedRejects, 0);
        using var stream = new MemoryStream(content);
        await folder.GetOutput(name).StageBlockAsync(id, stream, cancellationToken: cancellationToken);
        return new MendedOutput(name, [id], contentType, null);
    }
}
