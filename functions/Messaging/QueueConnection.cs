namespace Serverless.Messaging;

/// <summary>The setting that leads to the broker: what every <c>[ServiceBusTrigger]</c> names as its connection.</summary>
public static class QueueConnection
{
    /// <summary>
    /// Either a connection string, or the prefix of <c>__fullyQualifiedNamespace</c> (and of <c>__clientId</c> where the identity
    /// is a user-assigned one).
    /// </summary>
    public const string Setting = "ServiceBus";
}
