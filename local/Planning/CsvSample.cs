using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.Jobs;
using Serverless.Local.Jobs;

namespace Serverless.Local.Planning;

/// <summary>The outcome of cleaning the beginning of a file, without anything being stored.</summary>
/// <param name="Facts">Dialect and schema.</param>
/// <param name="Bytes">How much of the file was read.</param>
/// <param name="Records">Its records.</param>
/// <param name="Rejected">How many of them would be rejected.</param>
/// <param name="OutputBytes">What the others would be written as.</param>
/// <param name="Elapsed">How long that took, reading included.</param>
internal sealed record CsvSample(FileFacts Facts, long Bytes, long Records, long Rejected, long OutputBytes, TimeSpan Elapsed)
{
    private const int SampleBytes = 16 << 20;
    private const int WriterBytes = 256 << 10;

    /// <summary>Null when there was nothing to measure.</summary>
    public Speed? Speed => Bytes > 0 && Elapsed > TimeSpan.Zero ? new Speed(Bytes / Elapsed.TotalSeconds) : null;

    /// <summary>Cleans a file's first 16 MiB, twice: the first time the code itself has to be warmed up.</summary>
    /// <exception cref="CsvJobException">The file does not fit the schema, or cannot be read.</exception>
    public static async Task<CsvSample> TakeAsync(
        SourceFile file, CsvJobOptions options, TableSchema? schema, TimeProvider time, CancellationToken cancellationToken)
    {
        var facts = await FileInspector.InspectAsync(new LocalFileSource(file), file.Length, options, schema, cancellationToken);
        var plan = CsvPlan.Of(new CsvJobInput(file.Name, "", "", options), "", file.Length, facts, isSchemaInferred: schema is null);
        try
        {
            await CleanAsync(file, plan, facts, time, cancellationToken);
            return await CleanAsync(file, plan, facts, time, cancellationToken);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private static async Task<CsvSample> CleanAsync(
        SourceFile file, CsvPlan plan, FileFacts facts, TimeProvider time, CancellationToken cancellationToken)
    {
        var source = new LocalFileSource(file);
        var started = time.GetTimestamp();
        var end = plan.IsSequential ? long.MaxValue : Math.Min(file.Length, facts.DataStart + SampleBytes);
        await using var feed = await RecordFeed.OpenAsync(
            plan, new RangeTask("", plan.ETag, "", facts.DataStart, end, facts.DataStart), source, cancellationToken);
        await using var writer = RecordWriters.Create(facts.Schema, plan.Output);
        var cleaner = new RecordCleaner(facts.Schema, plan.Output, facts.Dialect);
        var written = 0L;
        do
        {
            while (feed.TryRead())
            {
                cleaner.TryClean(feed.Current, writer, out _);
                if (writer.Buffered < WriterBytes) continue;
                await writer.FlushAsync(cancellationToken);
                written += writer.Pending.Length;
                writer.Clear();
            }
        }
        while (feed.Position < facts.DataStart + SampleBytes && await feed.FillAsync(cancellationToken));

        if (cleaner.Accepted > 0) await writer.CompleteAsync(cancellationToken);
        written += writer.Pending.Length;
        var bytes = plan.IsSequential ? source.Position : Math.Min(file.Length - facts.DataStart, SampleBytes);
        return new CsvSample(facts, bytes, cleaner.Accepted + cleaner.Rejected, cleaner.Rejected, written, time.GetElapsedTime(started));
    }
}
