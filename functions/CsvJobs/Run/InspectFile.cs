using Azure;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Finds out what the file is, and plans the job.</summary>
internal sealed class InspectFile(
    Containers containers, CsvPlans plans, CsvJobStore store, GivenSchemas schemas, CsvSpeeds speeds, LoadPreparer loads,
    MaskKeys maskKeys, IOptions<CsvSettings> settings)
{
    /// <summary>Null when the blob is missing.</summary>
    /// <exception cref="CsvJobException">The blob was replaced, or does not fit its schema.</exception>
    [Function(nameof(InspectFile))]
    public async Task<FileShape?> RunAsync([ActivityTrigger] CsvJobInput job, CancellationToken cancellationToken)
    {
        await store.BeginAsync(JobFolder.IdOf(job.Folder), cancellationToken);
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var blob = incoming.GetBlobClient(job.Path);
        if (await FindAsync(blob, cancellationToken) is not var (etag, size)) return null;
        if (job.ETag.Length == 0) await store.ClaimAsync(job.Path, etag, JobFolder.IdOf(job.Folder), cancellationToken);
        else if (job.ETag != etag) throw SourceBlob.Replaced();

        var folder = await JobFolder.OpenAsync(containers, job.Folder, cancellationToken);
        var schema = await schemas.FindAsync(folder, job, cancellationToken);
        var facts = await FileInspector.InspectAsync(new IncomingSource(blob, etag), size, job.Options, schema, cancellationToken);

        maskKeys.Find(job.Options.MaskKey, facts.Schema);
        var load = job.Options.Load is { } options
            ? await loads.PrepareAsync(JobFolder.IdOf(job.Folder), options, facts.Schema.Written, cancellationToken) : null;
        var plan = CsvPlan.Of(job, etag, size, facts, isSchemaInferred: schema is null) with { Load = load };
        await plans.SaveAsync(folder, plan, cancellationToken);
        var parallel = job.Options.MaxParallel ?? settings.Value.MaxParallel;
        var speed = plan.IsSequential ? null : await speeds.FindAsync(plan.Output, plan.IsCompressed, plan.Schema, cancellationToken);
        return new FileShape(
            etag,
            size,
            facts.DataStart,
            facts.HeaderLines,
            facts.Schema.Fields.Count,
            plan.IsSequential ? 0 : RangePlan.ChooseChunkBytes(size, job.Options.ChunkBytes, speed, parallel),
            parallel,
            settings.Value.MinChunkBytes,
            settings.Value.RangesPerFold,
            facts.Schema.KeyLists,
            [.. facts.Schema.ForeignKeys.Index().Where(k => !k.Item.IsSelf).Select(k => k.Index)]);
    }

    private static async Task<(string ETag, long Size)?> FindAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return (properties.ETag.ToString().Trim('"'), properties.ContentLength);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
