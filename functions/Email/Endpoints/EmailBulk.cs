using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Door;
using Serverless.Email.Sending;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Email.Endpoints;

/// <summary><c>POST /api/email/bulk</c>: sends a template to a list of recipients.</summary>
public sealed class EmailBulk(IOptions<EmailSettings> settings, IOptions<SmtpSettings> smtp, MailJobStarter starter)
{
    // A thousand recipients with a few columns each stay well below.
    private const int MaxBodyBytes = 4 << 20;

    /// <summary>202 with the job's status URL and the Durable management payload; 400 with every fault; 409 when the key is another request's.</summary>
    [Function(nameof(EmailBulk))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "email/bulk")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var (json, problem) = await JsonBody.ReadAsync(
            request, MaxBodyBytes, "{\"template\": \"message\", \"recipients\": [{\"to\": \"ada@example.org\"}]}", cancellationToken);
        if (json is null) return problem!;

        var faults = new Faults();
        var asked = BulkRequestReader.Read(json, settings.Value, smtp.Value.From, faults);
        if (asked is null) return Problems.Invalid(faults);
        try
        {
            var id = await starter.StartAsync(client, asked, faults, cancellationToken);
            return id is null ? Problems.Invalid(faults) : Accept(request, client, id);
        }
        catch (IdTakenException e)
        {
            return Problems.IdTaken(e);
        }
        catch (InstanceTakenException e)
        {
            return Problems.IdTaken(e);
        }
    }

    private static IResult Accept(HttpRequest request, DurableTaskClient client, string id)
    {
        const string own = "bulk";
        var status = $"{request.Scheme}://{request.Host}{request.Path.Value![..^own.Length]}{id}";
        request.HttpContext.Response.Headers.RetryAfter = "1";
        return Results.Accepted(status, new MailAccepted(id, status, client.CreateHttpManagementPayload(id)));
    }
}

/// <summary>The answer to a request for bulk mail.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Status">Where to look: progress to the message, and the result.</param>
/// <param name="Management">The orchestration's own addresses.</param>
public sealed record MailAccepted(string Id, string Status, HttpManagementPayload Management);
