using Serverless.Csv.Cleaning;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>One pass over a range: download, records, cleaner, writer, staged blocks.</summary>
public sealed class RangeProcessor(Containers containers, CsvPlans plans)
{
    /// <summary>Processes a range.</summary>
    /// <exception cref="CsvJobException">The file was replaced, or is not what its name says.</exception>
    public async Task<RangeOutcome> RunAsync(RangeTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var source = new IncomingSource(incoming.GetBlobClient(plan.Path), plan.ETag);
        try
        {
            await using var feed = await RecordFeed.OpenAsync(plan, task, source, cancellationToken);
            var duplicates = task.Duplicates > 0
                ? await DuplicateCursor.OpenAsync(folder, task.Duplicates, task.First ?? task.Start, cancellationToken)
                : null;
            await using var output = new RangeOutput(folder, plan, schema, task, duplicates);
            var cleaner = new RecordCleaner(schema, plan.Output, plan.Dialect);
            do
            {
                while (output.Clean(feed, cleaner)) await output.StoreAsync(cancellationToken);
            }
            while (await feed.FillAsync(cancellationToken));

            var (first, next, rows, lines) = feed.End();
            await output.FinishAsync(first, cleaner, cancellationToken);
            return new RangeOutcome(
                task.Label, task.Start, task.End, first, next, rows, lines, cleaner.Accepted, output.Blocks, output.Bytes, source.Bytes,
                source.Requests, Comments: feed.Comments);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }
}
