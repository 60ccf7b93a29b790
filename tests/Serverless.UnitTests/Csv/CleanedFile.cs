using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.UnitTests.Csv.Ranges;

namespace Serverless.UnitTests.Csv;

/// <summary>A file inspected and cleaned as a job does it, without a host.</summary>
/// <param name="Facts">What the inspection found out.</param>
/// <param name="Lines">The accepted records, as CSV; the header is not among them.</param>
/// <param name="Faults">Why records were rejected.</param>
/// <param name="Warnings">What the summary would warn of.</param>
internal sealed record CleanedFile(FileFacts Facts, string[] Lines, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings)
{
    public IEnumerable<string> Columns => Facts.Schema.Fields.Select(f => f.Name);

    public static Task<CleanedFile> OfAsync(string text, CsvJobOptions? options = null, TableSchema? schema = null) =>
        OfAsync(Encoding.UTF8.GetBytes(text), options, schema);

    /// <exception cref="CsvJobException">The file is refused.</exception>
    public static async Task<CleanedFile> OfAsync(byte[] file, CsvJobOptions? options = null, TableSchema? schema = null)
    {
        options ??= new CsvJobOptions();
        var source = new MemorySource(file, new Random(1), portion: 64 << 10);
        var facts = await FileInspector.InspectAsync(source, file.Length, options, schema, CancellationToken.None);
        var plan = CsvPlan.Of(new CsvJobInput("file", "", "", options), "", file.Length, facts, isSchemaInferred: schema is null);
        try
        {
            var end = plan.IsSequential ? long.MaxValue : file.Length;
            await using var feed = await RecordFeed.OpenAsync(
                plan, new RangeTask("", "", "", facts.DataStart, end, facts.DataStart), source, CancellationToken.None);
            return await CleanAsync(facts, feed, plan.Dialect);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private static async Task<CleanedFile> CleanAsync(FileFacts facts, RecordFeed feed, CsvDialect dialect)
    {
        await using var writer = RecordWriters.Create(facts.Schema, CsvOutput.Csv);
        var cleaner = new RecordCleaner(facts.Schema, CsvOutput.Csv, dialect);
        var faults = new List<string>();
        do
        {
            while (feed.TryRead())
            {
                if (!cleaner.TryClean(feed.Current, writer, out var fault)) faults.Add($"{fault.Field}: {fault.Code}: {fault.Message}");
            }
        }
        while (await feed.FillAsync(CancellationToken.None));

        await writer.FlushAsync(CancellationToken.None);
        var lines = Encoding.UTF8.GetString(writer.Pending.Span).Split("\n", StringSplitOptions.RemoveEmptyEntries);
        var inference = facts.Inferred is { } inferred ? InferenceSummary.Of(inferred) : null;
        return new CleanedFile(facts, lines, faults, JobWarnings.Of(cleaner.CreateStatistics(), inference));
    }
}
