using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Email.Recipients;
using Serverless.Http;

namespace Serverless.Email.Endpoints;

/// <summary>The suppression list over HTTP.</summary>
internal sealed class SuppressionFunctions(SuppressionList list)
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1_000;
    private const int MaxReasonLength = 200;

    /// <summary><c>PUT /api/email/suppressions/{address}?reason=...</c>: no bulk mail goes there any more. 200 with the entry.</summary>
    [Function("SuppressionPut")]
    public async Task<IResult> PutAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "email/suppressions/{address}")] HttpRequest request, string address,
        CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var normalized = Normalize(address, faults);
        string? reason = request.Query["reason"];
        if (reason?.Length > MaxReasonLength)
            faults.Add("reason", $"Is {reason.Length} characters long; at most {MaxReasonLength} are kept.");
        return faults.Any ? Problems.Invalid(faults) : Results.Ok(await list.AddAsync(normalized!, reason, cancellationToken));
    }

    /// <summary><c>GET /api/email/suppressions/{address}</c>: 200 with the entry, or 404.</summary>
    [Function("SuppressionGet")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "email/suppressions/{address}")] HttpRequest request, string address,
        CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        if (Normalize(address, faults) is not { } normalized) return Problems.Invalid(faults);
        return await list.FindAsync(normalized, cancellationToken) is { } entry ? Results.Ok(entry) : NotOnTheList(normalized);
    }

    /// <summary><c>DELETE /api/email/suppressions/{address}</c>: 204, or 404.</summary>
    [Function("SuppressionDelete")]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "email/suppressions/{address}")] HttpRequest request, string address,
        CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        if (Normalize(address, faults) is not { } normalized) return Problems.Invalid(faults);
        return await list.RemoveAsync(normalized, cancellationToken) ? Results.NoContent() : NotOnTheList(normalized);
    }

    /// <summary><c>GET /api/email/suppressions?size=100&amp;after=...</c>: the list, a page at a time.</summary>
    [Function("SuppressionList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "email/suppressions")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults);
        if (faults.Any) return Problems.Invalid(faults);
        var (entries, next) = await list.ListAsync(size, after, cancellationToken);
        return Results.Ok(new SuppressionPage(entries, next));
    }

    private static string? Normalize(string address, ValidationErrors faults)
    {
        if (Mailbox.TryParse(address, out var mailbox, out var fault)) return Mailbox.Normalize(mailbox);
        faults.Add("address", fault);
        return null;
    }

    private static IResult NotOnTheList(string address) =>
        Problems.NotFound("Not on the list", $"{address} is not suppressed.");
}

/// <summary>A page of the suppression list.</summary>
/// <param name="Suppressions">By address.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record SuppressionPage(IReadOnlyList<Suppression> Suppressions, string? Next);
