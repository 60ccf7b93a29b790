using Microsoft.Extensions.Options;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>
/// One pass over a range for the keys of the records that meet their schema: runs of keys in a part blob, and how many there are in
/// another.
/// </summary>
internal sealed class KeyCollector(
    Containers containers, CsvPlans plans, MaskKeys maskKeys, KeyHashing hashing, IOptions<CsvSettings> settings)
{
    /// <summary>Collects a range's keys.</summary>
    /// <exception cref="CsvJobException">The file was replaced, or is not what its name says.</exception>
    public async Task<RangeOutcome> RunAsync(RangeTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var input = new RangeInput(incoming, plan);
        try
        {
            await using var feed = await input.OpenAsync(task, hash: null, cancellationToken);
            await using var output = new KeyOutput(
                folder, task, KeySlots.For(schema.KeyLists, plan.Size, plan.IsSequential), settings.Value.KeysInMemory);
            var cleaner = new RecordCleaner(schema, plan.Output, plan.Dialect, maskKeys.Find(plan.MaskKey, schema));
            var scan = schema.ColumnChecks.Any ? new ColumnScan(schema, cleaner) : null;
            await CollectAsync(feed, cleaner, schema, output, scan, cancellationToken);
            var (first, next, rows, lines) = feed.End();
            if (rows > 0 && scan is not null)
                await ColumnParts.SaveAsync(folder, KeyParts.NameColumns(task.Start, first), scan.State, cancellationToken);
            await output.FinishAsync(cancellationToken);
            return new RangeOutcome(
                task.Label, task.Start, task.End, first, next, rows, lines, cleaner.Accepted, output.Runs, 0, input.Bytes,
                input.Requests);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private async Task CollectAsync(
        RecordFeed feed, RecordCleaner cleaner, TableSchema schema, KeyOutput output, ColumnScan? scan,
        CancellationToken cancellationToken)
    {
        await using var writer = new KeyWriter(schema, output.Run, hashing);
        do
        {
            while (feed.TryRead())
            {
                writer.Position = feed.Position;
                output.Begin(feed.First);
                cleaner.TryClean(feed.Current, writer, out _);
                scan?.Take(feed.Position);
                if (output.Run.IsFull) await output.StoreAsync(cancellationToken);
            }
        }
        while (await feed.FillAsync(cancellationToken));
    }
}
