using System.Text;
using System.Text.Json;
using Microsoft.DurableTask.Client;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Orchestrations;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>Starts the job of a file, once, whoever asks and however often.</summary>
internal sealed class CsvJobStarter(Containers containers, CsvJobStore store)
{
    /// <summary>Starts the job unless it is known.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="path">The file within <c>incoming</c>, or the folder of several.</param>
    /// <param name="etag">Its content; empty when it is not there yet.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="schemaJson">The schema that belongs to <see cref="CsvJobOptions.SchemaHash"/>.</param>
    /// <param name="force">Do again what has been done.</param>
    /// <param name="cancellationToken">Cancels what is not started yet.</param>
    /// <returns>The job's id.</returns>
    public async Task<string> StartAsync(
        DurableTaskClient client, string path, string etag, CsvJobOptions options, string? schemaJson, bool force,
        CancellationToken cancellationToken)
    {
        var id = CsvJobId.Create(path, etag, options, force ? Guid.NewGuid().ToString("N") : "");
        var folder = JobFolder.NameOf(path, id);
        var job = await store.FindAsync(id, cancellationToken);
        if (job is null || !CsvJobTransitions.IsFinal(job.GetState())) await SaveSchemaAsync(folder, schemaJson, cancellationToken);

        job = await store.AddAsync(
            new CsvJobEntity
            {
                RowKey = id,
                Path = path,
                Files = options.Files,
                BlobETag = etag,
                Options = options.ToCanonicalJson(),
            },
            cancellationToken);
        if (job.GetState() == CsvJobState.Failed && job.BlobETag.Length == 0)
            job = await store.MoveAsync(id, CsvJobState.Running, j => (j.Error, j.IsBegun) = (null, false), cancellationToken);
        if (CsvJobTransitions.IsFinal(job.GetState())) return id;

        await BeginAsync(client, id, new CsvJobInput(path, etag, folder, options), cancellationToken);
        return id;
    }

    /// <summary>Starts a job that was recorded by somebody who died before its orchestration was started; its schema lies there.</summary>
    /// <returns>True when this call started it.</returns>
    /// <exception cref="InvalidOperationException">The row's options cannot be read.</exception>
    public async Task<bool> ResumeAsync(DurableTaskClient client, CsvJobEntity job, CancellationToken cancellationToken)
    {
        var options = JsonSerializer.Deserialize<CsvJobOptions>(job.Options)
            ?? throw new InvalidOperationException($"The CSV job {job.RowKey} has no options.");
        job = await store.AddAsync(job, cancellationToken);
        var input = new CsvJobInput(job.Path, job.BlobETag, JobFolder.NameOf(job.Path, job.RowKey), options);
        return await BeginAsync(client, job.RowKey, input, cancellationToken);
    }

    // What ended without ending the job was terminated from outside, or is asked for again since its file was missing.
    private async Task<bool> BeginAsync(DurableTaskClient client, string id, CsvJobInput input, CancellationToken cancellationToken)
    {
        var isStarted = await client.StartOnceAsync(
            nameof(CsvJobOrchestrator), id, CsvJobOrchestrator.Begin(input),
            mayRestart: async _ => await store.FindAsync(id, cancellationToken) is { } now
                && !CsvJobTransitions.IsFinal(now.GetState()), cancellationToken);
        await store.BeginAsync(id, CancellationToken.None);
        return isStarted;
    }

    private async Task SaveSchemaAsync(string folder, string? schemaJson, CancellationToken cancellationToken)
    {
        if (schemaJson is null) return;
        var blobs = await JobFolder.OpenAsync(containers, folder, cancellationToken);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(schemaJson));
        await blobs.GivenSchema.UploadAsync(content, overwrite: true, cancellationToken);
    }
}
