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
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>Cleans mended records and stages all that changes with them. Nothing is visible, and doing it twice stages the same.</summary>
internal sealed class StageMend(Containers containers, CsvJobStore store, TimeProvider time)
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
        var selection = new MendSelection(request, schema, raws);
        var cleanName = Outputs.CleanName(plan);
        var clean = folder.GetOutput(cleanName);
        var rejects = folder.GetOutput(Outputs.Rejects);
        var ownClean = await OwnBlocks.ReadAsync(clean, index.Blocks.Select(b => b.Id), cancellationToken);
        var ownRejects = await OwnBlocks.ReadAsync(rejects, index.RejectIds, cancellationToken);

        await using var keys = new MendedKeys(index, schema);
        if (schema.Keys.Count > 0)
        {
            await using var source = await OpenAsync();
            await CompareKeysAsync(source, keys, index, selection, raws, cancellationToken);
        }

        await using var stager = new BlockStager(
            rejects, n => BlockIds.OfMend(task.Round.Id, -1, n), plan.BlockBytes, ReadBytes, plan.Proof);
        await using var lines = new HeadStream(new StagingStream(stager), ExampleBytes);
        var writer = new MendWriter(index, schema, selection, raws, keys.Repeated, lines);
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
            Replaced = schema.Keys.Count == 0 ? [] : [.. index.Replaced.Concat(writer.Dropped).Concat(writer.Accepted).Distinct().Order()],
            Keys = schema.Keys.Count == 0 ? [] : keys.Keep(index.Keys, writer.Accepted.Contains),
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
        var report = await JobDocuments.ReportAsync(plan, summary, examples, time.GetUtcNow());
        outputs.Add(await StageAsync(CsvReport.HtmlName, report, "text/html; charset=utf-8"));
        proofs.Add(new OutputProof(CsvReport.HtmlName, [new BlockProof(report.Length, ByteHash.Of(plan.Proof, report))]));
        next = next with { Proof = index.Proof?.Mend(writer.Accepted, writer.Dropped, proofs) };
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

    private async Task CompareKeysAsync(
        Stream rejects, MendedKeys keys, OutputIndex index, MendSelection selection, RawRecords raws, CancellationToken cancellationToken)
    {
        using var reader = new RejectReader(rejects);
        do
        {
            while (reader.TryRead())
            {
                if (selection.Find(reader, out _) is { } mended) keys.Add(reader.Row, mended.Raw, raws);
            }
        }
        while (await reader.FillAsync(cancellationToken));
        if (!keys.Compare(index.Keys)) return;

        var plan = index.Plan;
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var source = new IncomingSource(incoming.GetBlobClient(plan.Path), plan.ETag);
        var whole = new RangeTask("", plan.ETag, "", index.DataStart, plan.Size, index.DataStart);
        try
        {
            await using var feed = await RecordFeed.OpenAsync(plan, whole, source, cancellationToken);
            await keys.CompareAsync(feed, cancellationToken);
        }
        catch (CsvJobException e)
        {
            throw new CsvJobException(
                $"The schema has keys, which are compared with the file: incoming/{plan.Path} was replaced or deleted since.", e);
        }
    }
}
