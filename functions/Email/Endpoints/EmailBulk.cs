using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.Email.Jobs;
using Serverless.Email.Sending;
using Serverless.Http;

namespace Serverless.Email.Endpoints;

/// <summary><c>POST /api/email/bulk</c>: sends a template to a list of recipients.</summary>
internal sealed class EmailBulk(IOptions<EmailSettings> settings, IOptions<SmtpSettings> smtp, MailJobStarter starter)
{
    // A thousand recipients with a few columns each stay well below.
    private const int MaxBodyBytes = 4 << 20;

    /// <summary>202 with the job's id and address; 400 with every fault; 409 when the key is another request's.</summary>
    [Function(nameof(EmailBulk))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "email/bulk")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadObjectAsync(
            request, MaxBodyBytes, "{\"template\": \"message\", \"recipients\": [{\"to\": \"ada@example.org\"}]}", cancellationToken);

        var faults = new ValidationErrors();
        var asked = BulkRequestReader.Read(json, settings.Value, smtp.Value.From, faults);
        if (asked is null) return Problems.Invalid(faults);
        var id = await starter.StartAsync(client, asked, faults, cancellationToken);
        return id is null ? Problems.Invalid(faults) : Addresses.Accepted(request, "email", id);
    }
}
