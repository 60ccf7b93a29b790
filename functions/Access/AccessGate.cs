using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Access;

/// <summary>Stands before every HTTP function: refuses what a role may not do, and notes what is done.</summary>
internal sealed class AccessGate(CallerReader callers, ActionLog log)
{
    // What programs do in great numbers has records of its own; a preview changes nothing.
    private static readonly HashSet<string> NotNoted = new(StringComparer.Ordinal)
        { "TaskSend", "TaskSendBatch", "CsvPreview", "NotificationSend", "UploadPut" };

    // Whoever has the link of an approval may decide, whatever else they may.
    private static readonly HashSet<string> ForAnybody = new(StringComparer.Ordinal) { "ApprovalDecide" };

    // A file's path and a mail address say something of customers, and a token is a key.
    private static readonly HashSet<string> Private = new(StringComparer.OrdinalIgnoreCase) { "path", "address", "blob", "token" };

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
        return caller.Role == AccessRole.Operate || ForAnybody.Contains(function) ? null : Problems.Create(
            StatusCodes.Status403Forbidden, "Only for operators", $"'{caller.Name}' may look at everything and change nothing.");
    }

    // Before the answer leaves, which has its status by then.
    private void Note(HttpContext context, Caller caller, string function)
    {
        var names = context.Request.RouteValues.Where(v => !Private.Contains(v.Key)).Select(v => v.Value as string).OfType<string>();
        var target = string.Join('/', names) is { Length: > 0 } text ? text : null;
        context.Response.OnStarting(() =>
        {
            log.Add(caller.Name, function, target, context.Response.StatusCode);
            return Task.CompletedTask;
        });
    }
}
