using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.CsvJobs.Requests;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Http;

namespace Serverless.CsvJobs.Endpoints;

/// <summary><c>PATCH /api/csv/{id}</c>: changes a job while it runs.</summary>
internal sealed class CsvChange(CsvJobReader reader)
{
    private const int MaxBodyBytes = 1024;

    /// <summary>
    /// 202 with the status: the change holds from the next range on. 400 with every fault; 404 when there is no such job; 409 when it has
    /// ended, or when ranges at once are asked of a file that one reader reads.
    /// </summary>
    [Function(nameof(CsvChange))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "csv/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadObjectAsync(request, MaxBodyBytes, "{\"maxParallel\": 4}", cancellationToken);
        var faults = new ValidationErrors();
        var options = new OptionReader(json, faults);
        var change = new CsvJobChange(
            options.ReadInteger("maxParallel", 1, CsvRequestReader.MaxMaxParallel), options.ReadRatio("maxRejectedRatio"));
        options.RefuseOthers();
        if (!faults.Any && change == new CsvJobChange()) faults.Add("maxParallel", "Give maxParallel, maxRejectedRatio, or both.");
        if (faults.Any) return Problems.Invalid(faults);

        if (await reader.FindAsync(client, id, cancellationToken) is not { } status) return CsvJobControl.Unknown(id);
        if (status.State != CsvJobState.Running)
            return Problems.TooLate(CsvJobEntity.Name, id, status.State.ToString(), "changed");
        if (change.MaxParallel is not null && status.Progress is { Phase: "process", MaxParallel: null })
            return Problems.Conflict("One reader reads it", "Such a file can be read from its start only: maxParallel changes nothing.");
        await client.RaiseEventAsync(id, CsvJobChange.Event, change, cancellationToken);
        return Results.Accepted(value: status);
    }
}
