namespace Serverless.Notifications;

/// <summary>The states of a notification.</summary>
internal enum NotificationState
{
    /// <summary>Waiting for its time, or for the next drain.</summary>
    Pending,

    /// <summary>Its delivery is in the queue.</summary>
    Queued,

    /// <summary>A delivery failed, and another will be tried.</summary>
    Retrying,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>It was given up; its task is among the dead letters.</summary>
    Failed,
}
