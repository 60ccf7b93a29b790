using Microsoft.Data.Sqlite;

namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Reads stored messages.</summary>
internal static class MessageRow
{
    public const string Columns =
        "seq, state, locked_until, deliveries, session, due, message_id, enqueued, ttl, first_seq, annotations, content";

    public static BrokerMessage ReadPeeked(SqliteDataReader row) => Read(row, Guid.Empty, row.GetInt64(2), row.GetInt32(3));

    /// <summary>With the lock that is being put on it.</summary>
    public static BrokerMessage ReadLocked(SqliteDataReader row, long lockedUntil) =>
        Read(row, LockToken.Create(row.GetInt64(0)), lockedUntil, row.GetInt32(3) + 1) with { IsDelivery = true };

    /// <summary>Without a lock: it is being deleted.</summary>
    public static BrokerMessage ReadDeleted(SqliteDataReader row) =>
        Read(row, Guid.Empty, 0, row.GetInt32(3) + 1) with { IsDelivery = true };

    private static BrokerMessage Read(SqliteDataReader row, Guid token, long lockedUntil, int deliveries) => new()
    {
        SequenceNumber = row.GetInt64(0),
        State = (MessageState)row.GetInt32(1),
        LockToken = token,
        LockedUntil = lockedUntil,
        DeliveryCount = deliveries,
        SessionId = row.IsDBNull(4) ? null : row.GetString(4),
        Due = row.GetInt64(5),
        MessageId = row.GetString(6),
        Enqueued = row.GetInt64(7),
        TimeToLive = row.GetInt64(8) is var ttl and > 0 ? TimeSpan.FromTicks(ttl) : TimeSpan.MaxValue,
        EnqueuedSequenceNumber = row.IsDBNull(9) ? row.GetInt64(0) : row.GetInt64(9),
        Annotations = row.IsDBNull(10) ? null : row.GetFieldValue<byte[]>(10),
        Content = row.GetFieldValue<byte[]>(11),
    };
}
