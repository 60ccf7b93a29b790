using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Http;

namespace Serverless.Notifications;

/// <summary>Notifications over HTTP.</summary>
internal sealed class NotificationFunctions(NotificationStore store, IOptions<NotificationSettings> settings, TimeProvider time)
{
    private const int MaxBodyBytes = 256 << 10;
    private const int DefaultSize = 100;
    private const int MaxSize = 1_000;

    /// <summary>
    /// <c>POST /api/notifications</c>: 202 with the notification; 200 with the earlier one of the same key; 400 with every fault.
    /// </summary>
    [Function("NotificationSend")]
    public async Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notifications")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadObjectAsync(
            request, MaxBodyBytes, "{\"channel\": \"email\", \"target\": \"ada@example.org\", \"payload\": {\"heading\": \"Done\"}}",
            cancellationToken);
        var faults = new ValidationErrors();
        if (NotificationRequestReader.Read(json, settings.Value, time.GetUtcNow(), faults) is not { } asked)
            return Problems.Invalid(faults);

        var (notification, isNew) = await store.AddAsync(
            asked.Notification, asked.NotBefore, settings.Value.DeduplicationWindow, cancellationToken);
        var status = $"{request.Scheme}://{request.Host}{request.Path}/{notification.Id}";
        return isNew ? Results.Accepted(status, notification) : Results.Ok(notification);
    }

    /// <summary><c>GET /api/notifications/{id}</c>: where a notification stands.</summary>
    [Function("NotificationShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "notifications/{id}")] HttpRequest request, string id,
        CancellationToken cancellationToken) =>
        NotificationRows.IsId(id) && await store.FindAsync(id, cancellationToken) is { } notification
            ? Results.Ok(notification)
            : Problems.NotFound("notification", id, "GET /api/notifications lists them.");

    /// <summary><c>GET /api/notifications?state=&amp;size=100&amp;after=...</c>: notifications, a page at a time.</summary>
    [Function("NotificationList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "notifications")] HttpRequest request, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults);
        NotificationState? state = null;
        if (request.Query["state"] is [{ Length: > 0 } text])
        {
            if (Enum.TryParse<NotificationState>(text, ignoreCase: true, out var parsed) && !char.IsAsciiDigit(text[0])) state = parsed;
            else faults.Add("state", $"Must be one of {string.Join(", ", Enum.GetNames<NotificationState>())}.");
        }

        if (faults.Any) return Problems.Invalid(faults);
        var (notifications, next) = await store.ListAsync(state, size, after, cancellationToken);
        return Results.Ok(new NotificationPage(notifications, next));
    }
}

/// <summary>A page of notifications.</summary>
/// <param name="Notifications">In no order.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record NotificationPage(IReadOnlyList<Notification> Notifications, string? Next);
