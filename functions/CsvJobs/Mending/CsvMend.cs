using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Endpoints;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Http;
using Serverless.Orchestrations;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary><c>POST /api/csv/{id}/rejects</c>: sends mended rejects back, which go to their place in the output.</summary>
internal sealed class CsvMend(Containers containers, CsvJobStore store, TimeProvider time)
{
    private const int MaxBodyBytes = 64 << 20;
    private const int MaxNameLength = 100;
    private const string Hint = "Send the records that changed only, or in several rounds.";

    // Whoever claimed the job may be about to start its round.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    /// <summary>
    /// 202 with the round's id and where the job stands; 400 with every fault; 404; 409 while another round is at work, and for jobs whose
    /// output cannot be mended; 413 when the body is too large.
    /// </summary>
    [Function(nameof(CsvMend))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "csv/{id}/rejects")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } job) return CsvJobControl.Unknown(id);
        var folder = await JobFolder.OpenAsync(containers, JobFolder.NameOf(job.Path, id), cancellationToken);
        var index = job.GetState() == CsvJobState.Completed ? (await OutputIndex.FindAsync(folder, cancellationToken))?.Index : null;
        if (Refuse(job, index) is { } reason) return Conflict(reason);

        var body = await RequestBody.ReadBytesAsync(request, MaxBodyBytes, Hint, cancellationToken);
        var faults = new ValidationErrors();
        var by = ReadName(request, faults);
        var plan = index!.Plan;
        var schema = FindSchema(index);
        var mended = new MendRequestReader(new RawRecords(plan.Dialect), schema, faults).Read(body);
        if (faults.Any) return Problems.Invalid(faults);

        var lost = await FindLostAsync(client, job, cancellationToken);
        if (lost is not null && await MendCommit.FindAsync(folder, lost, cancellationToken) is { } begun)
        {
            // Outputs of it may be visible, and the others have to follow.
            var cutOff = begun.Index.Rounds.First(r => r.Id == lost);
            await StartAsync(client, folder, id, new MendRound(lost, cutOff.At, cutOff.By), cancellationToken);
            return Conflict("The round before was cut off and is brought to its end now: wait for that, and send yours again then.");
        }

        var round = new MendRound(Guid.NewGuid().ToString("N"), time.GetUtcNow(), by);
        await mended.SaveAsync(folder, round.Id, cancellationToken);
        if (!await store.BeginMendAsync(id, round, lost, cancellationToken))
        {
            await MendRequest.DeleteAsync(folder, round.Id, cancellationToken);
            return Conflict("Another round is at work: wait for its end, and look whether your records are still rejects then.");
        }

        await StartAsync(client, folder, id, round, cancellationToken);
        request.HttpContext.Response.Headers.RetryAfter = "1";
        var status = Addresses.Of(request, "csv", $"csv/{id}");
        return Results.Accepted(status, new Started(round.Id, status));
    }

    /// <summary>Says why a job's rejects cannot be mended.</summary>
    /// <returns>Null when they can.</returns>
    internal static string? Refuse(CsvJobEntity job, OutputIndex? index) => index switch
    {
        null when job.GetState() != CsvJobState.Completed => $"The job is {job.State}: only the rejects of a completed one can be mended.",
        null => "The job has no index of its output: it was run before rejects could be mended. Run it again with \"force\": true.",
        { Plan: { HasMasks: true, MaskCheck: null } } =>
            "The job was run before masked values could be mended. Run it again with \"force\": true.",
        { Rounds.Count: > 0, Cells: null } when FindSchema(index).ColumnChecks.Any =>
            "The job was mended before columns were held against each other again. Run it again with \"force\": true.",
        { Plan.HasMasks: true } when FindSchema(index) is var schema && schema.ColumnChecks.Fields.Any(f => IsMasked(schema, f)) =>
            "The schema holds the values of a masked column against each other, and values that are sent are not kept: run the corrected " +
            "file as a job of its own.",
        _ => null,
    };

    private static Task<bool> StartAsync(
        DurableTaskClient client, JobFolder folder, string id, MendRound round, CancellationToken cancellationToken) =>
        client.StartOnceAsync(
            nameof(MendOrchestrator), MendOrchestrator.IdOf(id, round.Id), new MendTask(folder.Name, round),
            mayRestart: _ => Task.FromResult(true), cancellationToken);

    private static TableSchema FindSchema(OutputIndex index) => TableSchemaParser.Parse(index.Plan.Schema).Schema ?? new TableSchema([]);

    private static bool IsMasked(TableSchema schema, string field) => schema.Fields[schema.PlaceOf(field)].Mask is not null;

    private static IResult Conflict(string reason) =>
        Problems.Create(StatusCodes.Status409Conflict, "The rejects cannot be mended", reason);

    private static string? ReadName(HttpRequest request, ValidationErrors faults)
    {
        if (request.Query["by"] is not [{ Length: > 0 } name]) return null;
        if (name.Length > MaxNameLength || name.Any(char.IsControl))
            faults.Add("by", $"Must be a name of {MaxNameLength} characters at most.");
        return name;
    }

    // A round that was terminated from outside, or whose caller died before it was started, must not keep others out for good.
    private async Task<string?> FindLostAsync(DurableTaskClient client, CsvJobEntity job, CancellationToken cancellationToken)
    {
        if (job.Mending is not { } round) return null;
        var instance = await client.GetInstanceAsync(MendOrchestrator.IdOf(job.RowKey, round), cancellationToken);
        var isLost = instance is null ? time.GetUtcNow() - job.MendingSince > StartLimit : instance.IsCompleted;
        return isLost ? round : null;
    }
}
