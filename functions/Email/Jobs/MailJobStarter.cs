using System.Text.Json;
using Azure;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;
using Serverless.Email.Templates;
using Serverless.Http;
using Serverless.Jobs;
using Serverless.Orchestrations;
using Serverless.Storage;

namespace Serverless.Email.Jobs;

/// <summary>Starts mail jobs: once for a key, whoever asks and however often.</summary>
internal sealed class MailJobStarter(
    Containers containers, MailJobStore store, TemplateStore templates, MeasuredSpeeds speeds, IOptions<EmailSettings> settings,
    ILogger<MailJobStarter> logger)
{
    /// <summary>Starts a job unless its key is known.</summary>
    /// <returns>The job's id; null when the request is at fault, which is noted.</returns>
    /// <exception cref="IdTakenException">The key belongs to another request.</exception>
    public async Task<string?> StartAsync(
        DurableTaskClient client, BulkRequest request, ValidationErrors faults, CancellationToken cancellationToken)
    {
        var id = request.Key is { } key ? $"mail-{key}" : $"mail-{Guid.NewGuid():N}";
        var fingerprint = Fingerprint(request);
        var known = await store.FindAsync(id, cancellationToken);
        Require(request, fingerprint, known);
        if (known is not null && known.GetState() != MailJobState.Running) return id;

        if (known is null)
        {
            known = await AddAsync(id, request, fingerprint, faults, cancellationToken);
            if (known is null) return null;
            Require(request, fingerprint, known);
        }

        if (await ResumeAsync(client, known, cancellationToken)) Logs.JobAccepted(logger, id);
        return id;
    }

    /// <summary>Starts the orchestration of a job that is recorded, unless it is there.</summary>
    /// <returns>True when this call started it.</returns>
    public async Task<bool> ResumeAsync(DurableTaskClient client, MailJobEntity job, CancellationToken cancellationToken)
    {
        var isStarted = await client.StartOnceAsync(
            nameof(MailJobOrchestrator), job.RowKey, MailRun.Begin(job.RowKey), mayRestart: async _ => await store.FindAsync(
                job.RowKey, cancellationToken) is { } now && now.GetState() == MailJobState.Running,
            cancellationToken);
        await store.BeginAsync(job.RowKey, CancellationToken.None);
        return isStarted;
    }

    // The row last: what it names is there, so that whoever finds the row can start the job. Of two requests of one key the first row
    // decides, and each wrote blobs of its own.
    private async Task<MailJobEntity?> AddAsync(
        string id, BulkRequest request, RequestFingerprint fingerprint, ValidationErrors faults, CancellationToken cancellationToken)
    {
        var name = Guid.NewGuid().ToString("N");
        if (await DescribeAsync(id, name, request, faults, cancellationToken) is not { } job) return null;
        var description = $"job-{name}.json";
        var folder = await MailFolder.OpenAsync(containers, id, cancellationToken);
        await folder.GetDescription(description).UploadAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(job)), overwrite: true, cancellationToken);
        return await store.AddAsync(
            new MailJobEntity
            {
                RowKey = id,
                Request = fingerprint.ToString(),
                Description = description,
                Template = job.Template.Name,
                Recipients = $"{job.ListContainer}/{job.ListPath}",
            },
            cancellationToken);
    }

    private static RequestFingerprint Fingerprint(BulkRequest request) => new RequestFingerprint()
        .Add("template", request.Template)
        .Add("subject", request.Subject)
        .Add("from", request.From)
        .Add("unsubscribe", request.Unsubscribe)
        .Add("context", request.Context)
        .Add("recipients", request.List?.ToString() ?? (object?)request.Recipients)
        .Add("batchSize", request.BatchSize)
        .Add("maxParallel", request.MaxParallel)
        .Add("maxPerSecond", request.MaxPerSecond);

    /// <exception cref="IdTakenException">The job was asked for by another request.</exception>
    private static void Require(BulkRequest request, RequestFingerprint fingerprint, MailJobEntity? known)
    {
        if (known is not null && fingerprint.ListDifferencesTo(known.Request) is { Count: > 0 } differing)
            throw new IdTakenException("mail job", request.Key!, differing);
    }

    private async Task<MailJob?> DescribeAsync(
        string id, string name, BulkRequest request, ValidationErrors faults, CancellationToken cancellationToken)
    {
        var template = await FindTemplateAsync(request, faults, cancellationToken);
        var list = request.List ?? new BlobName(Containers.Mail, MailFolder.NameRecipients(id, name));
        var etag = request.List is null
            ? await SaveRecipientsAsync(list, request, cancellationToken) : await FindListAsync(list, cancellationToken);
        if (etag is null) faults.Add("recipients", $"There is no blob {list}.");
        if (template is null || etag is null) return null;
        var batchSize = request.BatchSize
            ?? BatchSizing.Choose(await speeds.FindAsync(SendBatch.SpeedKind, cancellationToken: cancellationToken), settings.Value);
        return new MailJob(
            id, template, request.From, request.Unsubscribe, request.Context, list.Container, list.Path, etag, batchSize,
            request.MaxParallel, request.MaxPerSecond);
    }

    private async Task<TemplateSource?> FindTemplateAsync(BulkRequest request, ValidationErrors faults, CancellationToken cancellationToken)
    {
        try
        {
            var template = await templates.FindAsync(request.Template, cancellationToken);
            if (template is not null) return request.Subject is { } subject ? template.Source with { Subject = subject } : template.Source;
            faults.Add(
                "template",
                $"There is no template \"{request.Template}\": neither {Containers.Templates}/{request.Template}.html.liquid, nor one " +
                $"of the app.");
        }
        catch (TemplateException e)
        {
            faults.Add("template", e.Message);
        }

        return null;
    }

    private async Task<string?> FindListAsync(BlobName list, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(list, cancellationToken);
        try
        {
            return (await container.GetBlobClient(list.Path)
                .GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ETag.ToString();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private async Task<string> SaveRecipientsAsync(BlobName list, BulkRequest request, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        foreach (var recipient in request.Recipients!)
        {
            JsonSerializer.Serialize(lines, recipient);
            lines.WriteByte((byte)'\n');
        }

        lines.Position = 0;
        var container = await containers.GetAsync(list, cancellationToken);
        return (await container.GetBlobClient(list.Path).UploadAsync(lines, overwrite: true, cancellationToken)).Value.ETag.ToString();
    }
}
