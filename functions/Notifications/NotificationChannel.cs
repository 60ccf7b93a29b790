namespace Serverless.Notifications;

/// <summary>The ways to a notification's receiver.</summary>
internal enum NotificationChannel
{
    /// <summary>The payload is posted to a URL, signed.</summary>
    Webhook,

    /// <summary>The payload fills a template of mail.</summary>
    Email,
}
