using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Email.Recipients;
using Serverless.Email.Templates;
using Serverless.Storage;

namespace Serverless.Email.Jobs;

/// <summary>The plans of the jobs at work: read and compiled once by each host, not once by each batch.</summary>
internal sealed class MailPlans(Containers containers, TemplateStore templates)
{
    private const int MaxKept = 32;

    private readonly ConcurrentDictionary<string, PreparedMail> _kept = new(StringComparer.Ordinal);

    /// <summary>Stores a plan for all hosts.</summary>
    internal async Task SaveAsync(MailFolder folder, MailPlan plan, CancellationToken cancellationToken)
    {
        await folder.Plan.UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(plan)), overwrite: true, cancellationToken);
        Keep(plan);
    }

    /// <summary>Gets a job's plan, its template compiled.</summary>
    internal async Task<PreparedMail> LoadAsync(string jobId, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(jobId, out var kept)) return kept;
        var folder = await MailFolder.OpenAsync(containers, jobId, cancellationToken);
        var content = await folder.Plan.DownloadContentAsync(cancellationToken);
        return Keep(
            content.Value.Content.ToObjectFromJson<MailPlan>()
                ?? throw new InvalidDataException($"The plan of mail job {jobId} is empty."));
    }

    /// <summary>Opens the recipients of a batch.</summary>
    /// <returns>The reader, which ends with the batch, and its stream.</returns>
    internal async Task<(IRecipientReader Reader, Stream Stream)> OpenBatchAsync(
        MailPlan plan, int batch, CancellationToken cancellationToken)
    {
        var folder = await MailFolder.OpenAsync(containers, plan.Job.Id, cancellationToken);
        var range = new BlobDownloadOptions { Range = new HttpRange((long)batch * sizeof(long), 2 * sizeof(long)) };
        var entry = (await folder.Index.DownloadContentAsync(range, cancellationToken)).Value.Content.ToMemory();
        var start = BinaryPrimitives.ReadInt64LittleEndian(entry.Span);
        var end = BinaryPrimitives.ReadInt64LittleEndian(entry.Span[sizeof(long)..]);

        var list = new BlobName(plan.Job.ListContainer, plan.Job.ListPath);
        var container = await containers.GetAsync(list, cancellationToken);
        var stream = await new RecipientBlob(container.GetBlobClient(list.Path), plan.Job.ListETag).OpenAsync(
            start, end - start, cancellationToken);
        return (plan.Format.OpenReader(stream, start), stream);
    }

    /// <summary>Which of a batch's recipients have an address that stands earlier in the list.</summary>
    internal async Task<Func<long, bool>> FindRepeatsAsync(MailPlan plan, int batch, CancellationToken cancellationToken)
    {
        if (plan.Repeats == 0) return _ => false;
        var folder = await MailFolder.OpenAsync(containers, plan.Job.Id, cancellationToken);
        var first = (long)batch * plan.BatchSize / 8;
        var last = ((long)batch * plan.BatchSize + plan.CountOf(batch) - 1) / 8;
        var range = new BlobDownloadOptions { Range = new HttpRange(first, last - first + 1) };
        var bits = (await folder.Repeats.DownloadContentAsync(range, cancellationToken)).Value.Content.ToArray();
        return index => (bits[(int)(index / 8 - first)] & (1 << (int)(index % 8))) != 0;
    }

    private PreparedMail Keep(MailPlan plan)
    {
        if (_kept.Count >= MaxKept) _kept.Clear();
        return _kept[plan.Job.Id] = new PreparedMail(plan, templates.Compile(plan.Job.Template));
    }
}
