using System.Buffers.Binary;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Sniffing;
using Serverless.Email.Jobs.Store;
using Serverless.Email.Recipients;
using Serverless.Storage;

namespace Serverless.Email.Jobs;

/// <summary>
/// Divides a job's list into batches: reads it once from front to back, counts, and notes where each batch starts. Then every batch
/// fetches its own recipients by their bytes, in any order.
/// </summary>
internal sealed class MailPlanner(Containers containers, MailJobStore store, MailPlans plans, IOptions<EmailSettings> settings)
{
    private const int MaxAddresses = 1_000_000;

    /// <summary>Plans a job; doing it again gives the same plan.</summary>
    /// <exception cref="MailJobException">The list is no list of recipients, or is not there any more.</exception>
    public async Task<MailFacts> PlanAsync(string jobId, CancellationToken cancellationToken)
    {
        var folder = await MailFolder.OpenAsync(containers, jobId, cancellationToken);
        var row = await store.FindAsync(jobId, cancellationToken) ?? throw new MailJobException("The job is not known any more.");
        var content = await folder.GetDescription(row.Description).DownloadContentAsync(cancellationToken);
        var job = content.Value.Content.ToObjectFromJson<MailJob>() ?? throw new InvalidDataException($"The mail job {jobId} is empty.");
        var list = new RecipientBlob(
            (await containers.GetAsync(new BlobName(job.ListContainer, job.ListPath), cancellationToken)).GetBlobClient(job.ListPath),
            job.ListETag);

        var length = await list.GetLengthAsync(cancellationToken);
        var format = await InspectAsync(list, length, cancellationToken);
        var rate = MailRate.Divide(job.MaxPerSecond, job.MaxParallel, job.BatchSize);
        var repeats = new RepeatedRecipients(MaxAddresses);
        var total = await IndexAsync(folder, list, format, length, rate.BatchSize, repeats, cancellationToken);
        if (total > (long)int.MaxValue * rate.BatchSize)
            throw new MailJobException($"The list has {total} recipients, which is too many for one job.");

        await repeats.CompleteAsync(
            total, take => WalkAsync(list, format, length, (index, reader) => take(index, reader.Read()), cancellationToken));
        if (repeats.Count > 0) await folder.Repeats.UploadAsync(new MemoryStream(repeats.Bits), cancellationToken: cancellationToken);
        var plan = new MailPlan(job, format, length, total, rate.BatchSize, rate.Share, repeats.Count);
        await plans.SaveAsync(folder, plan, cancellationToken);
        return new MailFacts(
            total, plan.Batches, rate.Parallel, settings.Value.MaxRetries, settings.Value.RetryDelay.TotalSeconds,
            settings.Value.MaxOutage.TotalSeconds);
    }

    private static async Task<RecipientFormat> InspectAsync(RecipientBlob list, long length, CancellationToken cancellationToken)
    {
        var sample = new byte[Math.Min(length, DialectSniffer.SampleBytes)];
        await using var start = await list.OpenAsync(0, sample.Length, cancellationToken);
        await start.ReadExactlyAsync(sample, cancellationToken);
        var format = await RecipientInspector.InspectAsync(sample, sample.Length == length, cancellationToken);
        return format with { DataStart = Math.Min(format.DataStart, length) };
    }

    private static async Task<long> IndexAsync(
        MailFolder folder, RecipientBlob list, RecipientFormat format, long length, int batchSize, RepeatedRecipients repeats,
        CancellationToken cancellationToken)
    {
        await using var blob = await folder.Index.OpenWriteAsync(overwrite: true, new BlockBlobOpenWriteOptions(), cancellationToken);
        await using var index = new BufferedStream(blob, 64 << 10);
        var total = await WalkAsync(
            list,
            format,
            length,
            (place, reader) =>
            {
                if (place % batchSize == 0) Add(index, reader.Position);
                repeats.Add(place, reader.Read());
            },
            cancellationToken);
        Add(index, length);
        return total;
    }

    private static async Task<long> WalkAsync(
        RecipientBlob list, RecipientFormat format, long length, Action<long, IRecipientReader> take, CancellationToken cancellationToken)
    {
        await using var stream = await list.OpenAsync(format.DataStart, length - format.DataStart, cancellationToken);
        using var reader = format.OpenReader(stream, format.DataStart);
        var total = 0L;
        try
        {
            do
            {
                while (reader.TryRead()) take(total++, reader);
            }
            while (await reader.FillAsync(cancellationToken));
        }
        catch (CsvFormatException e)
        {
            throw new MailJobException(e.Message, e);
        }

        return total;
    }

    private static void Add(Stream index, long position)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, position);
        index.Write(bytes);
    }
}

/// <summary>The facts of a plan that the orchestration needs.</summary>
/// <param name="Total">Recipients in the list.</param>
/// <param name="Batches">Batches they are divided into.</param>
/// <param name="Parallel">Batches at once.</param>
/// <param name="MaxRetries">How often a recipient is tried again that the server put off.</param>
/// <param name="RetryDelaySeconds">Before the first of these tries.</param>
/// <param name="MaxOutageSeconds">How long the job waits for the mail server.</param>
internal sealed record MailFacts(long Total, int Batches, int Parallel, int MaxRetries, double RetryDelaySeconds, double MaxOutageSeconds);
