namespace Azure.Messaging.ServiceBus;

/// <summary>An operation on a queue failed; <see cref="Reason"/> says why, <see cref="IsTransient"/> whether a retry may help.</summary>
public class ServiceBusException : Exception
{
    /// <summary>For mocks.</summary>
    public ServiceBusException()
    {
    }

    /// <summary>Transience follows from <paramref name="reason"/>.</summary>
    public ServiceBusException(string message, ServiceBusFailureReason reason, string? entityPath = default, Exception? innerException = default)
        : this(MayPass(reason), message, entityPath, reason, innerException)
    {
    }

    /// <summary>States the transience.</summary>
    public ServiceBusException(bool isTransient, string message, string? entityName = default, ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError, Exception? innerException = default)
        : base(message, innerException)
    {
        IsTransient = isTransient;
        EntityPath = entityName;
        Reason = reason;
    }

    /// <summary>True when the same call may succeed later.</summary>
    public bool IsTransient { get; }

    /// <summary>Why it failed.</summary>
    public ServiceBusFailureReason Reason { get; }

    /// <summary>The queue.</summary>
    public string? EntityPath { get; }

    /// <inheritdoc/>
    public override string Message => EntityPath is null ? $"{base.Message} ({Reason})" : $"{base.Message} ({EntityPath}; {Reason})";

    private static bool MayPass(ServiceBusFailureReason reason) => reason is ServiceBusFailureReason.ServiceCommunicationProblem
        or ServiceBusFailureReason.ServiceTimeout or ServiceBusFailureReason.ServiceBusy;
}
