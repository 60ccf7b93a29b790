using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Email.Jobs;
using Serverless.Http;

namespace Serverless.Email.Endpoints;

/// <summary><c>GET /api/email/{id}</c>: where a mail job stands.</summary>
internal sealed class EmailStatus(MailJobReader reader)
{
    internal const string Kind = "mail job";

    /// <summary>200 with the status; 404 when there is no such job.</summary>
    [Function(nameof(EmailStatus))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "email/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        await reader.FindAsync(client, id, cancellationToken) is { } status ? Results.Ok(status) : Unknown(id);

    /// <summary>404 for an id that nobody knows.</summary>
    internal static IResult Unknown(string id) => Problems.NotFound(Kind, id, "GET /api/email lists the jobs.");
}
