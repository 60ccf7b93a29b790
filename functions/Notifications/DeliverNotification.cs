using Serverless.Email;
using Serverless.Notifications.Webhooks;
using Serverless.Resilience;
using Serverless.Tasks;

namespace Serverless.Notifications;

/// <summary>
/// Delivers one notification. The receiver may get it twice, as after a crash between its answer and the note of it: <c>webhook-id</c>, or
/// the Message-Id, is the same.
/// </summary>
[TaskHandler(Name, Queue = "notifications", MaxRetries = MaxRetries)]
internal sealed class DeliverNotification(NotificationStore store, WebhookSender webhooks, Mailer mailer, TimeProvider time)
    : ITaskHandler<DeliverNotification.Args, string>
{
    /// <summary>The task's name.</summary>
    public const string Name = "notifications.deliver";

    // With the back-off of connections this reaches over about two hours.
    private const int MaxRetries = 8;

    /// <summary>The notification's id.</summary>
    public sealed record Args(string Id);

    /// <inheritdoc/>
    public async Task<string> RunAsync(Args args, TaskContext context)
    {
        var notification = (NotificationRows.IsId(args.Id) ? await store.FindAsync(args.Id, context.CancellationToken) : null)
            ?? throw new TaskValidationException($"There is no notification '{args.Id}'.");
        if (notification.State == NotificationState.Delivered) return "delivered before";

        var now = time.GetUtcNow();
        if (notification.QuietHours?.FindNextAllowed(now) is { } allowed && allowed > now)
        {
            await store.PostponeAsync(notification.Id, allowed, null, context.CancellationToken);
            return $"postponed to {allowed:O}";
        }

        try
        {
            await DeliverAsync(notification, context.CancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException and not CircuitOpenException)
        {
            await store.MarkFailedAsync(
                notification.Id, e.Message, isLast: e is TaskValidationException
                    || context.Attempt >= MaxRetries, context.CancellationToken);
            throw;
        }

        await store.MarkDeliveredAsync(notification.Id, context.CancellationToken);
        return "delivered";
    }

    private Task DeliverAsync(Notification notification, CancellationToken cancellationToken) => notification.Channel switch
    {
        NotificationChannel.Webhook => webhooks.SendAsync(notification, cancellationToken),
        _ => mailer.SendAsync(
            new SendEmail.Args(
                [notification.Target], notification.Template ?? "message", notification.Payload, notification.Subject), notification.Id,
                cancellationToken),
    };
}
