namespace Serverless.Messaging;

/// <summary>The settings that lead to the broker.</summary>
internal static class QueueConnection
{
    /// <summary>
    /// The connection that every <c>[ServiceBusTrigger]</c> names. Either a connection string, or the prefix of
    /// <c>__fullyQualifiedNamespace</c> (and of <c>__clientId</c> where the identity is a user-assigned one).
    /// </summary>
    public const string Setting = "ServiceBus";

    /// <summary>
    /// The connection string of the administration, where it is not found by <see cref="Setting"/>: for an emulator that does not answer
    /// on port 5300.
    /// </summary>
    public const string AdministrationSetting = "ServiceBusAdministration";
}
