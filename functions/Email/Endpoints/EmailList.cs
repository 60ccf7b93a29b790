using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Store;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Email.Endpoints;

/// <summary><c>GET /api/email?size=20&amp;after=...</c>: the mail jobs, newest first, a page at a time.</summary>
internal sealed class EmailList(MailJobStore store, MailJobReader reader)
{
    private const int DefaultSize = 20;
    private const int MaxSize = 100;

    /// <summary>200 with <c>jobs</c> and, when there are more, <c>next</c>, the value for <c>after</c>.</summary>
    [Function(nameof(EmailList))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "email")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults, TimeIndex.IsPlace);
        if (faults.Any) return Problems.Invalid(faults);

        var (jobs, next) = await store.ListAsync(size, after, cancellationToken);
        var statuses = await Task.WhenAll(jobs.Select(j => reader.DescribeAsync(client, j, withFailed: false, cancellationToken)));
        return Results.Ok(new MailJobPage(statuses, next));
    }
}

/// <summary>A page of mail jobs.</summary>
/// <param name="Jobs">Newest first.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record MailJobPage(IReadOnlyList<MailJobStatus> Jobs, string? Next);
