using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>The filter by which a receiver asks for a session and learns which it got.</summary>
internal static class SessionFilter
{
    private static readonly AmqpSymbol Name = "com.microsoft:session-filter";
    private static readonly AmqpSymbol LockedUntil = "com.microsoft:locked-until-utc";

    /// <returns>False when the receiver wants no session.</returns>
    public static bool TryRead(SendingAmqpLink link, out string? session)
    {
        session = null;
        if (link.Settings.Source is not Source { FilterSet: { } filters }) return false;
        var found = filters.FirstOrDefault(f => Name.Equals(f.Key.Key));
        if (found.Key.Key is null) return false;
        session = found.Value switch
        {
            null => null,
            DescribedType described => described.Value as string,
            string text => text,
            _ => throw new BrokerException(BrokerFault.InvalidArgument, "A session's id is a text."),
        };
        return true;
    }

    public static void Answer(SendingAmqpLink link, SessionLock session, TimeSpan clientsAhead)
    {
        ((Source)link.Settings.Source).FilterSet[Name] = session.Id;
        link.Settings.Properties ??= new Fields();
        link.Settings.Properties[LockedUntil] = session.LockedUntil + clientsAhead.Ticks;
    }
}
