using Serverless.Csv.Checks;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// One pass over a range: download, records, cleaner, writer, staged blocks. Another one without what a database refuses.
/// </summary>
internal sealed class RangeProcessor(Containers containers, CsvPlans plans, RangeLoader loader, MaskKeys maskKeys)
{
    /// <summary>Processes a range.</summary>
    /// <exception cref="CsvJobException">The file was replaced, or is not what its name says.</exception>
    public async Task<RangeOutcome> RunAsync(RangeTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var input = new RangeInput(incoming, plan);
        var key = maskKeys.Find(plan.MaskKey, schema);
        var (first, refused) = plan.Load is { } known
            ? await loader.FindRefusedAsync(known, task.Start, task.End, task.First, cancellationToken)
            : (null, []);
        var isLoaded = first is not null;
        try
        {
            while (true)
            {
                await using var load = plan.Load is { } target ? loader.Open(target, task.Start, task.End, refused, isLoaded) : null;
                var (begin, outcome) = await PassAsync(task, folder, plan, schema, key, input, load, first, cancellationToken);
                if (outcome is not null) return outcome;
                if (first != begin) refused.Clear();
                foreach (var (row, refusal) in load!.Found) refused[row] = refusal;
                (first, isLoaded) = (begin, false);
            }
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private static async Task<IReadOnlyList<DeviationCounter>> OpenDeviationsAsync(
        JobFolder folder, TableSchema schema, RecordCleaner cleaner, CancellationToken cancellationToken)
    {
        var content = await folder.GetPart(KeyParts.Bounds).DownloadContentAsync(cancellationToken);
        var bounds = content.Value.Content.ToObjectFromJson<List<DeviationBounds?>>() ?? [];
        return [.. schema.ColumnChecks.Deviations.Zip(bounds).Where(d => d.Second is not null)
            .Select(d => new DeviationCounter(schema, cleaner, d.First.Field, d.Second!))];
    }

    // No outcome: the database refuses some of the records, or what it is known to refuse belongs to another reading of the range.
    private static async Task<(long First, RangeOutcome? Outcome)> PassAsync(
        RangeTask task, JobFolder folder, CsvPlan plan, TableSchema schema, byte[]? maskKey, RangeInput input, RangeLoad? load,
        long? expected, CancellationToken cancellationToken)
    {
        using var hash = new ByteHash(plan.Proof);
        await using var feed = await input.OpenAsync(task, hash, cancellationToken);
        var duplicates = task.Duplicates > 0
            ? await DuplicateCursor.OpenAsync(folder, task.Duplicates, task.First ?? task.Start, cancellationToken)
            : null;
        var cleaner = new RecordCleaner(schema, plan.Output, plan.Dialect, maskKey);
        var deviations = schema.ColumnChecks.Deviations.Count > 0
            ? await OpenDeviationsAsync(folder, schema, cleaner, cancellationToken) : [];
        await using var output = new RangeOutput(folder, plan, schema, task, duplicates, load, deviations);
        do
        {
            while (output.Clean(feed, cleaner)) await output.StoreAsync(cancellationToken);
        }
        while (await feed.FillAsync(cancellationToken));

        var (first, next, rows, lines) = feed.End();
        if (first != (expected ?? first)) return (first, null);
        if (load is not null && cleaner.Accepted > 0)
        {
            await load.FinishAsync(first, cancellationToken);
            if (load.Found.Count > 0) return (first, null);
        }

        await feed.EndHashAsync(cancellationToken);
        await output.FinishAsync(first, cleaner, feed.Files, cancellationToken);
        return (first, new RangeOutcome(
            task.Label, task.Start, task.End, first, next, rows, lines, cleaner.Accepted, output.Blocks, output.Bytes, input.Bytes,
            input.Requests, Comments: feed.Comments,
            Proof: new RangeProof(hash.End(), output.FirstRecord, rows > 0 ? feed.Position : 0)));
    }
}
