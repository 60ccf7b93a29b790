using Azure.Messaging.ServiceBus;
using Microsoft.Data.Sqlite;

namespace Serverless.Local.Runtime.Queues;

/// <summary>A stored message as callers see it.</summary>
internal static class MessageRow
{
    public const string Columns =
        "seq, state, locked_until, deliveries, session, due, lock_token, message_id, enqueued, ttl, first_seq, content_type, correlation_id, subject, recipient, reply_to, properties, body";

    public static ServiceBusReceivedMessage Peeked(SqliteDataReader row) =>
        Read(row, Guid.Empty, row.GetInt64(2), row.GetInt32(3));

    /// <summary>With the lock that is being put on it.</summary>
    public static ServiceBusReceivedMessage Locked(SqliteDataReader row, long lockedUntil) =>
        Read(row, Guid.NewGuid(), lockedUntil, row.GetInt32(3) + 1);

    private static ServiceBusReceivedMessage Read(SqliteDataReader row, Guid token, long lockedUntil, int deliveries) => new()
    {
        SequenceNumber = row.GetInt64(0),
        State = (ServiceBusMessageState)row.GetInt32(1),
        LockTokenGuid = token,
        LockedUntil = Time(lockedUntil),
        DeliveryCount = deliveries,
        SessionId = Text(row, 4),
        PartitionKey = Text(row, 4),
        ScheduledEnqueueTime = Time(row.GetInt64(5)),
        MessageId = row.GetString(7),
        EnqueuedTime = Time(row.GetInt64(8)),
        TimeToLive = row.GetInt64(9) is var ttl and > 0 ? TimeSpan.FromTicks(ttl) : TimeSpan.MaxValue,
        EnqueuedSequenceNumber = row.IsDBNull(10) ? row.GetInt64(0) : row.GetInt64(10),
        ContentType = Text(row, 11),
        CorrelationId = Text(row, 12),
        Subject = Text(row, 13),
        To = Text(row, 14),
        ReplyTo = Text(row, 15),
        ApplicationProperties = PropertyCodec.Read(row.IsDBNull(16) ? null : row.GetFieldValue<byte[]>(16)),
        Body = new BinaryData(row.GetFieldValue<byte[]>(17)),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset Time(long ticks) => ticks == 0 ? default : new DateTimeOffset(ticks, TimeSpan.Zero);
}
