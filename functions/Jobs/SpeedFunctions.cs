using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Jobs;

/// <summary>Measured speeds over HTTP, for whoever plans beside the app.</summary>
internal sealed class SpeedFunctions(MeasuredSpeeds speeds)
{
    // A row's key has none of the characters that tables refuse.
    private const int MaxKind = 100;

    /// <summary>
    /// <c>GET /api/speeds/{kind}?like=...</c>: the speed of one worker at a kind of work, such as <c>email</c> or <c>csv-jsonl</c>. 404
    /// when none was measured.
    /// </summary>
    [Function("SpeedShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "speeds/{kind}")] HttpRequest request, string kind,
        CancellationToken cancellationToken) =>
        kind.Length <= MaxKind && kind.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && await speeds.FindAsync(kind, PageQuery.ReadWord(request.Query, "like"), cancellationToken) is { } speed
            ? Results.Ok(new MeasuredSpeed(kind, speed.ItemsPerSecond))
            : Problems.NotFound("speed", kind, "None was measured yet: each job that ends adds to it.");
}

/// <summary>The speed of one worker at a kind of work, the median of what was measured.</summary>
/// <param name="Kind">The kind of work.</param>
/// <param name="ItemsPerSecond">More than 0; the kind says what an item is: a byte of a CSV file, a mail.</param>
internal sealed record MeasuredSpeed(string Kind, double ItemsPerSecond);
