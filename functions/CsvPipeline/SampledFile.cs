using Azure;
using Azure.Storage.Blobs;
using Serverless.Csv.Schema;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Sources;
using Serverless.CsvParsing;

namespace Serverless.CsvPipeline;

/// <summary>A file in <c>incoming</c> of which the beginning is read, for steps that judge it before the work begins.</summary>
/// <param name="source">Its bytes.</param>
/// <param name="job">What it is to be read for.</param>
/// <param name="etag">Its content.</param>
/// <param name="size">Its size in bytes.</param>
internal sealed class SampledFile(IncomingSource source, CsvJobInput job, string etag, long size)
{
    /// <summary>The most records that are looked at.</summary>
    public const int MaxRecords = 10_000;

    // So many bytes are enough to judge a file by; of a compressed one only what is read is fetched.
    private const long MaxBytes = 4 << 20;

    /// <summary>Takes a record; false ends the reading.</summary>
    public delegate bool OnRecord(in CsvRecord record);

    public string ETag => etag;

    public long Size => size;

    /// <summary>Finds a file; null when it is not there.</summary>
    public static async Task<SampledFile?> FindAsync(BlobContainerClient incoming, CsvJobInput job, CancellationToken cancellationToken)
    {
        var blob = incoming.GetBlobClient(job.Path);
        try
        {
            var found = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            var etag = found.ETag.ToString().Trim('"');
            return new SampledFile(new IncomingSource(blob, etag), job, etag, found.ContentLength);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Reads the facts that its first bytes tell.</summary>
    /// <param name="schema">The schema it should meet; null infers one.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <exception cref="CsvJobException">It does not fit the schema, or cannot be read.</exception>
    public Task<FileFacts> InspectAsync(TableSchema? schema, CancellationToken cancellationToken) =>
        FileInspector.InspectAsync(source, size, job.Options, schema, cancellationToken);

    /// <summary>The names in its header, or made ones where it has none.</summary>
    public async Task<IReadOnlyList<string>> ReadLabelsAsync(FileFacts facts, CancellationToken cancellationToken)
    {
        if (!facts.Dialect.HasHeader) return [.. facts.Schema.Fields.Select(f => f.Name)];
        await using var stream = await PackedText.OpenAsync(source, size, facts.Packing, facts.BomLength, cancellationToken);
        using var reader = new CsvRecordReader(stream, facts.Dialect, facts.BomLength);
        return ColumnMap.Apply(await HeaderReader.ReadAsync(reader, facts.Dialect, cancellationToken), job.Options.Map).Names;
    }

    /// <summary>Reads its first records.</summary>
    /// <exception cref="CsvJobException">It cannot be read.</exception>
    public async Task ReadAsync(FileFacts facts, OnRecord onRecord, CancellationToken cancellationToken)
    {
        var plan = CsvPlan.Of(job, etag, size, facts, isSchemaInferred: false);
        var end = plan.IsSequential ? long.MaxValue : Math.Min(size, facts.DataStart + MaxBytes);
        try
        {
            await using var feed = await RecordFeed.OpenAsync(
                plan, new RangeTask(job.Folder, etag, "", facts.DataStart, end, facts.DataStart), source, cancellationToken);
            var records = 0;
            do
            {
                while (feed.TryRead())
                {
                    if (!onRecord(feed.Current) || ++records == MaxRecords) return;
                }
            }
            while (await feed.FillAsync(cancellationToken));
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }
}
