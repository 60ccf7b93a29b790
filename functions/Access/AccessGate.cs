using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Http;

namespace Serverless.Access;

/// <summary>Stands before every HTTP function: refuses what a role may not do, and notes what is done.</summary>
internal sealed partial class AccessGate(CallerReader callers, ActionLog log, ILogger<AccessGate> logger)
{
    // What programs do in great numbers has records of its own; a preview changes nothing.
    private static readonly HashSet<string> NotNoted = new(StringComparer.Ordinal)
        { "TaskSend", "TaskSendBatch", "CsvPreview", "NotificationSend", "UploadPut" };

    // A file's path and a mail address say something of customers.
    private static readonly HashSet<string> Private = new(StringComparer.OrdinalIgnoreCase) { "path", "address", "blob" };

    /// <summary>Lets a request through, or says why not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="function">The function that is asked.</param>
    /// <returns>Null when it may go on.</returns>
    public IResult? Check(HttpContext context, string function)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) return null;
        var caller = callers.Read(context.Request);
        if (!NotNoted.Contains(function)) Note(context, caller, function);
        return caller.Role == AccessRole.Operate ? null : Problems.Create(
            StatusCodes.Status403Forbidden, "Only for operators", $"'{caller.Name}' may look at everything and change nothing.");
    }

    // Before the answer leaves: who was answered is in the log.
    private void Note(HttpContext context, Caller caller, string function)
    {
        var names = context.Request.RouteValues.Where(v => !Private.Contains(v.Key)).Select(v => v.Value as string).OfType<string>();
        var target = string.Join('/', names) is { Length: > 0 } text ? text : null;
        context.Response.OnStarting(async () =>
        {
            try
            {
                await log.AddAsync(caller.Name, function, target, context.Response.StatusCode, CancellationToken.None);
            }
            catch (RequestFailedException e)
            {
                // It is done by now: an answer that says it failed would be wrong.
                ActionNotNoted(logger, caller.Name, function, target, e);
            }
        });
    }

    [LoggerMessage(1, LogLevel.Error, "{Caller} did {Function} on {Target}, which could not be noted in the table of actions")]
    private static partial void ActionNotNoted(ILogger logger, string caller, string function, string? target, Exception exception);
}
