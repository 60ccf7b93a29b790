using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Preview;

/// <summary>Reads the beginning of a file as a job would, and stores nothing.</summary>
internal sealed class CsvPreviewer(IOptions<CsvSettings> settings, CsvSpeeds speeds)
{
    /// <summary>The most of a file that is looked at.</summary>
    public const int MaxSampleBytes = 4 << 20;

    private const int ShownRows = 20;

    /// <summary>Inspects and cleans a sample.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="sample">Its beginning.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="schema">The schema that was given; null to infer one.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CsvJobException">The file cannot be read, or does not fit the schema.</exception>
    internal async Task<CsvPreview> PreviewAsync(
        string name, byte[] sample, long bytes, CsvJobOptions options, TableSchema? schema, CancellationToken cancellationToken)
    {
        // A record that is cut off would be told as a fault that the file does not have.
        var size = sample.Length < bytes && Array.LastIndexOf(sample, (byte)'\n') is > 0 and var end ? end + 1 : sample.Length;
        var source = new SampleSource(sample.AsMemory(0, size));
        var facts = await FileInspector.InspectAsync(source, size, options, schema, cancellationToken);
        var plan = CsvPlan.Of(
            new CsvJobInput(name, "", "", options with { Output = CsvOutput.Csv }), "", size, facts, isSchemaInferred: schema is null);
        try
        {
            var (rows, records, rejected, written) = await CleanAsync(plan, facts, source, size, cancellationToken);
            var share = size == 0 ? 0 : bytes / (double)size;
            var text = facts.Schema.ToJson();
            var speed = await speeds.FindAsync(options.Output, facts.IsSequential, text, options.Compress, cancellationToken);
            var forecast = CsvForecast.Of(
                new(bytes, facts.IsSequential, (long)(written * share), (long)(rejected * share), options, speed), settings.Value);
            return new CsvPreview(
                facts.Dialect.Delimiter, facts.Dialect.Encoding.ToString(), facts.Dialect.HasHeader, JsonNode.Parse(text)!,
                facts.Inferred is { } inferred ? InferenceSummary.Of(inferred) : null, facts.Notes,
                [.. facts.Schema.Fields.Select(f => f.Name)], rows, records, rejected,
                new PreviewForecast(
                    (long)(records * share), (long)(rejected * share), forecast.Ranges, forecast.Parallel, forecast.MemoryBytes,
                    forecast.Time?.TotalSeconds));
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private static async Task<(List<PreviewRow> Rows, long Records, long Rejected, long Written)> CleanAsync(
        CsvPlan plan, FileFacts facts, SampleSource source, int size, CancellationToken cancellationToken)
    {
        var end = plan.IsSequential ? long.MaxValue : size;
        await using var feed = await RecordFeed.OpenAsync(
            plan, new RangeTask("", plan.ETag, "", facts.DataStart, end, facts.DataStart), source, cancellationToken);
        await using var writer = RecordWriters.Create(facts.Schema, CsvOutput.Csv);
        var cleaner = new RecordCleaner(facts.Schema, CsvOutput.Csv, facts.Dialect);
        var masked = new MaskedRaw(facts.Schema);
        var rows = new List<PreviewRow>();
        var written = 0L;
        do
        {
            while (feed.TryRead())
            {
                var isClean = cleaner.TryClean(feed.Current, writer, out var fault);
                if (rows.Count < ShownRows)
                {
                    var raw = Encoding.UTF8.GetString(masked.Of(feed.Current, fault.Code ?? ""));
                    rows.Add(isClean
                        ? new PreviewRow(feed.Current.Row, raw, Encoding.UTF8.GetString(writer.Pending.Span))
                        : new PreviewRow(feed.Current.Row, raw, null, fault.Field, fault.Code, fault.Message));
                }

                written += writer.Pending.Length;
                writer.Clear();
            }
        }
        while (await feed.FillAsync(cancellationToken));

        return (rows, cleaner.Accepted + cleaner.Rejected, cleaner.Rejected, written);
    }

    private sealed class SampleSource(ReadOnlyMemory<byte> sample) : IRangeSource
    {
        public ValueTask<Stream> OpenAsync(long offset, long count, CancellationToken cancellationToken)
        {
            var start = (int)Math.Min(offset, sample.Length);
            var part = sample.Slice(start, (int)Math.Min(count, sample.Length - start));
            return ValueTask.FromResult<Stream>(new MemoryStream(part.ToArray(), writable: false));
        }
    }
}
