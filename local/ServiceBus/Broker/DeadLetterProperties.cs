namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The application properties of a dead letter.</summary>
internal static class DeadLetterProperties
{
    public const string Reason = "DeadLetterReason";
    public const string Description = "DeadLetterErrorDescription";
}
