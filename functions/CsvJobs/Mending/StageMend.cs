using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.Azure.Functions.Worker;
using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Report;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>Cleans mended records and stages all that changes with them. Nothing is visible, and doing it twice stages the same.</summary>
internal sealed class StageMend(Containers containers, CsvJobStore store, MaskKeys maskKeys, GivenSchemas schemas, TimeProvider time)
{
    private const int ReadBytes = 1 << 20;
    private const int ExampleBytes = 256 << 10;

    /// <summary>Stages a round, unless it is done.</summary>
    /// <exception cref="CsvJobException">The outputs or the file were changed, or another round was begun.</exception>
    [Function(nameof(StageMend))]
    public async Task RunAsync([ActivityTrigger] MendTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (index, etag) = await OutputIndex.FindAsync(folder, cancellationToken)
            ?? throw new CsvJobException("The job has no index of its output any more.");

        // What is decided stays so: the outputs may have been begun to follow.
        if (index.Rounds.Any(r => r.Id == task.Round.Id)) return;
        if (await MendCommit.FindAsync(folder, task.Round.Id, cancellationToken) is not null) return;
        if ((await store.FindAsync(JobFolder.IdOf(task.Folder), cancellationToken))?.Mending != task.Round.Id)
            throw new CsvJobException("Another round was begun meanwhile: nothing was changed.");

        try
        {
            var commit = await StageAsync(folder, task, index, etag, cancellationToken);
            await commit.SaveAsync(folder, task.Round.Id, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            throw new CsvJobException("The outputs were replaced or deleted since the job wrote them: nothing was changed.", e);
        }
    }

    private async Task<MendCommit> StageAsync(
        JobFolder folder, MendTask task, OutputIndex index, ETag etag, CancellationToken cancellationToken)
    {
        var plan = index.Plan;
        var schema = TableSchemaParser.Parse(plan.Schema).Schema ?? new TableSchema([]);
        var raws = new RawRecords(plan.Dialect);
        var request = await MendRequest.LoadAsync(folder, task.Round.Id, cancellationToken);
        var files = plan.IsSet ? await IndexedFiles.LoadAsync(folder, cancellationToken) : null;
        var maskKey = maskKeys.FindUsed(plan.MaskKey, schema, plan.MaskCheck);
        var hidden = new HiddenValues(schema, raws, index.Resent);
        var selection = new MendSelection(request, schema, raws, hidden);
        var input = new MendInput(containers, index, files);
        var cleanName = Outputs.CleanName(plan);
        var clean = folder.GetOutput(cleanName);
        var rejects = folder.GetOutput(Outputs.Rejects);
        var ownClean = await OwnBlocks.ReadAsync(clean, index.Blocks.Select(b => b.Id), cancellationToken);
        var ownRejects = await OwnBlocks.ReadAsync(rejects, index.RejectIds, cancellationToken);

        if (hidden.Any)
        {
            await ForEachRejectAsync(OpenAsync, selection.Prepare, cancellationToken);
            if (hidden.Wanted.Count > 0)
                await input.ReadAsync("Masked values are taken from the file", hidden.Wanted, hidden.Take, cancellationToken);
        }

        await using var keys = new MendedKeys(index, schema, raws, maskKey);
        if (schema.KeyLists > 0)
        {
            await ForEachRejectAsync(OpenAsync, reject => keys.Add(reject.Row, selection.Find(reject, out _)), cancellationToken);
            var references = new ReferencedFileReader(containers, schemas, plan, schema);
            await keys.CompareAsync(input, references, OpenAsync, cancellationToken);
        }

        await using var stager = new BlockStager(
            rejects, n => BlockIds.OfMend(task.Round.Id, -1, n), plan.BlockBytes, ReadBytes, plan.Proof);
        await using var lines = new HeadStream(new StagingStream(stager), ExampleBytes);
        var writer = new MendWriter(index, schema, selection, raws, keys, maskKey, lines);
        await using (var before = await OpenAsync()) await writer.RunAsync(before, cancellationToken);
        await stager.FinishAsync(cancellationToken);

        var round = task.Round with
        {
            Accepted = writer.Accepted.Count,
            Rejected = writer.StillWrong,
            Dropped = writer.Dropped.Count,
            Unknown = writer.Unknown,
        };
        var statistics = writer.BuildStatistics(ChunkStatistics.FromJson(JsonSerializer.SerializeToUtf8Bytes(index.Statistics)));
        var next = index with
        {
            Statistics = JsonSerializer.Deserialize<JsonElement>(statistics.ToJson()),
            Totals = index.Totals with { Rows = statistics.Rows, Accepted = statistics.Accepted, Rejected = statistics.Rejected },
            Rounds = [.. index.Rounds, round],
            Dropped = [.. index.Dropped.Concat(writer.Dropped).Order()],
            Resent = [.. index.Resent.Except(writer.Accepted).Union(writer.Resent).Order()],
            Replaced = schema.KeyLists == 0 ? [] : keys.ListReplaced(),
            Keys = schema.KeyLists == 0 ? [] : keys.Keep(),
        };
        if (!writer.IsChange) return new MendCommit([], next, etag.ToString());

        var outputs = new List<MendedOutput>();
        var proofs = new List<OutputProof>();
        if (writer.Accepted.Count > 0)
        {
            var (ids, blocks) = await new BlockRewriter(clean, ownClean, plan, task.Round.Id)
                .StageAsync(index.Blocks, writer.Insertions, cancellationToken);
            next = next with { Blocks = blocks };
            var before = index.Proof?.Outputs.First(o => o.Name == cleanName).Blocks ?? [];
            proofs.Add(new OutputProof(cleanName, [.. before.Take(ownClean.HasHeader ? 1 : 0), .. blocks.Select(b => b.Proof)]));
            outputs.Add(new MendedOutput(cleanName, ids, Outputs.CleanType(plan), ownClean.ETag.ToString()));
        }

        next = next with { RejectIds = [.. Enumerable.Range(0, stager.Blocks).Select(n => BlockIds.OfMend(task.Round.Id, -1, n))] };
        outputs.Add(new MendedOutput(Outputs.Rejects, next.RejectIds, "text/csv", ownRejects.ETag.ToString()));
        proofs.Add(new OutputProof(Outputs.Rejects, stager.Proofs));
        using var head = new MemoryStream(lines.Head.ToArray());
        var examples = await RejectExample.FindAsync(head, hasHeader: true, RejectExample.MaxShown, cancellationToken);
        var summary = JobDocuments.Summarize(
            plan, statistics, next.Totals, TimeSpan.FromSeconds(index.DurationSeconds), next.Rounds);
        var counted = files is null ? null : writer.CountFiles(files);
        summary = summary with { Files = counted?.Summarize() };
        var report = await JobDocuments.ReportAsync(plan, summary, examples, time.GetUtcNow());
        outputs.Add(await StageAsync(CsvReport.HtmlName, report, "text/html; charset=utf-8"));
        proofs.Add(new OutputProof(CsvReport.HtmlName, [new BlockProof(report.Length, ByteHash.Of(plan.Proof, report))]));
        next = next with { Proof = index.Proof?.Mend(writer.Accepted, writer.Dropped, proofs) };
        if (counted is not null) outputs.Add(await StageAsync(IndexedFiles.Name, counted.ToJson(), "application/json"));
        outputs.Add(await StageAsync(Outputs.Summary, (summary with { Proof = next.Proof }).ToJson(), "application/json"));
        return new MendCommit(outputs, next, etag.ToString());

        Task<Stream> OpenAsync() => rejects.OpenReadAsync(
            new BlobOpenReadOptions(allowModifications: false)
            {
                BufferSize = ReadBytes,
                Conditions = new BlobRequestConditions { IfMatch = ownRejects.ETag },
            },
            cancellationToken);

        async Task<MendedOutput> StageAsync(string name, byte[] content, string contentType)
        {
            var id = BlockIds.OfMend(task.Round.Id, -1, 0);
            using var stream = new MemoryStream(content);
            await folder.GetOutput(name).StageBlockAsync(id, stream, cancellationToken: cancellationToken);
            return new MendedOutput(name, [id], contentType, null);
        }
    }

    private static async Task ForEachRejectAsync(Func<Task<Stream>> open, Action<RejectReader> take, CancellationToken cancellationToken)
    {
        await using var list = await open();
        using var reader = new RejectReader(list);
        do
        {
            while (reader.TryRead()) take(reader);
        }
        while (await reader.FillAsync(cancellationToken));
    }
}
