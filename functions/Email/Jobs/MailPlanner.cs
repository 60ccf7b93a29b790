using System.Buffers.Binary;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;
using Serverless.Csv.Parsing;
using Serverless.Email.Recipients;
using Serverless.Storage;

namespace Serverless.Email.Jobs;

/// <summary>
/// Divides a job's list into batches: reads it once from front to back, counts, and notes where each batch starts. Then every batch
/// fetches its own recipients by their bytes, in any order.
/// </summary>
public sealed class MailPlanner(Containers containers, MailPlans plans, IOptions<EmailSettings> settings)
{
    /// <summary>Plans a job; doing it again gives the same plan.</summary>
    /// <exception cref="MailJobException">The list is no list of recipients, or is not there any more.</exception>
    public async Task<MailFacts> PlanAsync(string jobId, CancellationToken cancellationToken)
    {
        var folder = await MailFolder.OpenAsync(containers, jobId, cancellationToken);
        var content = await folder.Job.DownloadContentAsync(cancellationToken);
        var job = content.Value.Content.ToObjectFromJson<MailJob>() ?? throw new InvalidDataException($"The mail job {jobId} is empty.");
        var list = new RecipientBlob((await containers.GetAsync(job.ListContainer, cancellationToken)).GetBlobClient(job.ListPath), job.ListETag);

        var length = await list.GetLengthAsync(cancellationToken);
        var format = await InspectAsync(list, length, cancellationToken);
        var rate = MailRate.Divide(job.MaxPerSecond, job.MaxParallel, job.BatchSize);
        var total = await IndexAsync(folder, list, format, length, rate.BatchSize, cancellationToken);
        if (total > (long)int.MaxValue * rate.BatchSize) throw new MailJobException($"The list has {total} recipients, which is too many for one job.");

        var plan = new MailPlan(job, format, length, total, rate.BatchSize, rate.Share);
        await plans.SaveAsync(folder, plan, cancellationToken);
        return new MailFacts(
            total, plan.Batches, rate.Parallel, settings.Value.MaxRetries, settings.Value.RetryDelay.TotalSeconds, settings.Value.MaxOutage.TotalSeconds);
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
        MailFolder folder, RecipientBlob list, RecipientFormat format, long length, int batchSize, CancellationToken cancellationToken)
    {
        await using var stream = await list.OpenAsync(format.DataStart, length - format.DataStart, cancellationToken);
        using var reader = format.OpenReader(stream, format.DataStart);
        await using var blob = await folder.Index.OpenWriteAsync(overwrite: true, new BlockBlobOpenWriteOptions(), cancellationToken);
        await using var index = new BufferedStream(blob, 64 << 10);
        var total = 0L;
        try
        {
            do
            {
                while (reader.TryRead())
                {
                    if (total++ % batchSize == 0) await AddAsync(index, reader.Position, cancellationToken);
                }
            }
            while (await reader.FillAsync(cancellationToken));
        }
        catch (CsvFormatException e)
        {
            throw new MailJobException(e.Message, e);
        }

        await AddAsync(index, length, cancellationToken);
        return total;
    }

    private static async ValueTask AddAsync(Stream index, long position, CancellationToken cancellationToken)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, position);
        await index.WriteAsync(bytes, cancellationToken);
    }
}

/// <summary>What the orchestration needs to know of a plan.</summary>
/// <param name="Total">Recipients in the list.</param>
/// <param name="Batches">Batches they are divided into.</param>
/// <param name="Parallel">Batches at once.</param>
/// <param name="MaxRetries">How often a recipient is tried again that the server put off.</param>
/// <param name="RetryDelaySeconds">Before the first of these tries.</param>
/// <param name="MaxOutageSeconds">How long the job waits for the mail server.</param>
public sealed record MailFacts(long Total, int Batches, int Parallel, int MaxRetries, double RetryDelaySeconds, double MaxOutageSeconds);
