using Azure;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Sets;
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
        var folder = await JobFolder.OpenAsync(containers, job.Folder, cancellationToken);
        if (job.Options.Files is { } pattern)
            return await InspectSetAsync(incoming, folder, job, BlobPattern.Of(pattern), cancellationToken);

        var blob = incoming.GetBlobClient(job.Path);
        if (await FindAsync(blob, cancellationToken) is not var (etag, size)) return null;
        if (job.ETag.Length == 0) await store.ClaimAsync(job.Path, etag, JobFolder.IdOf(job.Folder), cancellationToken);
        else if (job.ETag != etag) throw SourceBlob.Replaced();

        var schema = await schemas.FindAsync(folder, job, cancellationToken);
        var facts = await FileInspector.InspectAsync(new IncomingSource(blob, etag), size, job.Options, schema, cancellationToken);
        var plan = CsvPlan.Of(job, etag, size, facts, isSchemaInferred: schema is null);
        return await PlanAsync(folder, job, plan, facts, facts.DataStart, facts.HeaderLines, cancellationToken);
    }

    private async Task<FileShape?> InspectSetAsync(
        BlobContainerClient incoming, JobFolder folder, CsvJobInput job, BlobPattern pattern, CancellationToken cancellationToken)
    {
        var listing = await FileListing.ReadAsync(incoming, pattern, cancellationToken);
        if (listing.Files.Count == 0) return null;
        if (job.ETag != listing.ETag) throw SourceBlob.Replaced();

        var schema = await schemas.FindAsync(folder, job, cancellationToken);
        var (facts, files) = await SetInspector.InspectAsync(incoming, listing, job.Options, schema, cancellationToken);
        var plan = CsvPlan.Of(job, listing.ETag, facts, files, isSchemaInferred: schema is null);
        return await PlanAsync(folder, job, plan, facts, new FileSet(files).Settle(0), headerLines: 0, cancellationToken);
    }

    private async Task<FileShape> PlanAsync(
        JobFolder folder, CsvJobInput job, CsvPlan plan, FileFacts facts, long dataStart, long headerLines,
        CancellationToken cancellationToken)
    {
        plan = plan with { MaskCheck = MaskKeys.Check(maskKeys.Find(job.Options.MaskKey, facts.Schema)) };
        if (job.Options.PartitionBy is { } column && Outputs.FindPartitionFault(facts.Schema, column) is { } reason)
            throw new CsvJobException(reason);
        if (facts.Schema.Dimensions?.FindFieldsFault(facts.Schema.Fields.Count) is { } fault) throw new CsvJobException(fault);
        await loads.CheckReferencesAsync(job.Options, facts.Schema, cancellationToken);
        var load = job.Options.Load is { } options
            ? await loads.PrepareAsync(JobFolder.IdOf(job.Folder), options, facts.Schema, cancellationToken) : null;
        plan = plan with { Load = load };
        await plans.SaveAsync(folder, plan, cancellationToken);
        var parallel = job.Options.MaxParallel ?? settings.Value.MaxParallel;
        var speed = plan.IsSequential
            ? null : await speeds.FindAsync(plan.Output, plan.IsCompressed, plan.Schema, plan.Compression, cancellationToken);
        return new FileShape(
            plan.ETag,
            plan.Size,
            dataStart,
            headerLines,
            facts.Schema.Fields.Count,
            plan.IsSequential ? 0 : RangePlan.ChooseChunkBytes(plan.Size, job.Options.ChunkBytes, speed, parallel, plan.Files?.Count ?? 1),
            parallel,
            settings.Value.MinChunkBytes,
            settings.Value.RangesPerFold,
            facts.Schema.KeyLists,
            [.. facts.Schema.ForeignKeys.Index().Where(k => !k.Item.IsSelf).Select(k => k.Index)],
            facts.Schema.ColumnChecks.Any);
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
