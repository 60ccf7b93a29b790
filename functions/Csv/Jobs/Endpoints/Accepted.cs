using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Csv.Jobs.Store;

namespace Serverless.Csv.Jobs.Endpoints;

/// <summary>Answers a start: 202 while there is something to wait for, 200 with the status when there is not.</summary>
internal static class Accepted
{
    public static async Task<IResult> AnswerAsync(
        HttpRequest request, DurableTaskClient client, CsvJobReader reader, string id, CancellationToken cancellationToken)
    {
        var status = await reader.FindAsync(client, id, cancellationToken);
        if (status is not null && CsvJobTransitions.IsFinal(status.State)) return Results.Ok(status);

        var payload = client.CreateHttpManagementPayload(id);
        request.HttpContext.Response.Headers.RetryAfter = "1";
        return Results.Accepted(payload.StatusQueryGetUri, payload);
    }
}
