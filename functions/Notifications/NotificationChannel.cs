namespace Serverless.Notifications;

/// <summary>How a notification reaches its receiver.</summary>
internal enum NotificationChannel
{
    /// <summary>The payload is posted to a URL, signed.</summary>
    Webhook,

    /// <summary>The payload fills a template of mail.</summary>
    Email,
}
