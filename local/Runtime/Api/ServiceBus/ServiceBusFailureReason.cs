namespace Azure.Messaging.ServiceBus;

/// <summary>Why an operation on a queue failed.</summary>
public enum ServiceBusFailureReason
{
    /// <summary>Unknown to the client.</summary>
    GeneralError = 0,

    /// <summary>No such queue.</summary>
    MessagingEntityNotFound = 1,

    /// <summary>The lock expired, or the message was already settled.</summary>
    MessageLockLost = 2,

    /// <summary>No message with that sequence number.</summary>
    MessageNotFound = 3,

    /// <summary>Larger than the service takes.</summary>
    MessageSizeExceeded = 4,

    /// <summary>The queue is disabled.</summary>
    MessagingEntityDisabled = 5,

    /// <summary>The queue is full.</summary>
    QuotaExceeded = 6,

    /// <summary>Throttled.</summary>
    ServiceBusy = 7,

    /// <summary>No answer in time.</summary>
    ServiceTimeout = 8,

    /// <summary>No connection.</summary>
    ServiceCommunicationProblem = 9,

    /// <summary>Another receiver holds the session, or there is none.</summary>
    SessionCannotBeLocked = 10,

    /// <summary>The session's lock expired or was released.</summary>
    SessionLockLost = 11,

    /// <summary>A queue of that name exists.</summary>
    MessagingEntityAlreadyExists = 12,
}
