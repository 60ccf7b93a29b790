using Azure.Messaging.ServiceBus;
using Microsoft.Data.Sqlite;

namespace Serverless.Local.Runtime.Queues;

/// <summary>A stored message as callers see it.</summary>
internal static class MessageRow
{
    public const string Columns =
        "seq, state, locked_until, deliveries, session, due, lock_token, message_id, enqueued, ttl, first_seq, content_type, " +
        "correlation_id, subject, recipient, reply_to, properties, body";

    public static ServiceBusReceivedMessage Peeked(SqliteDataReader row) =>
        Read(row, Guid.Empty, row.GetInt64(2), row.GetInt32(3));

    /// <summary>With the lock that is being put on it.</summary>
    public static ServiceBusReceivedMessage Locked(SqliteDataReader row, long lockedUntil) =>
        Read(row, Guid.NewGuid(), lockedUntil, row.GetInt32(3) + 1);

    private static ServiceBusReceivedMessage Read(SqliteDataReader row, Guid token, long lockedUntil, int deliveries) =>
        ServiceBusModelFactory.ServiceBusReceivedMessage(
            body: new BinaryData(row.GetFieldValue<byte[]>(17)),
            messageId: row.GetString(7),
            partitionKey: Text(row, 4),
            sessionId: Text(row, 4),
            timeToLive: row.GetInt64(9) is var ttl and > 0 ? TimeSpan.FromTicks(ttl) : TimeSpan.MaxValue,
            correlationId: Text(row, 12),
            subject: Text(row, 13),
            to: Text(row, 14),
            contentType: Text(row, 11),
            replyTo: Text(row, 15),
            scheduledEnqueueTime: Time(row.GetInt64(5)),
            properties: PropertyCodec.Read(row.IsDBNull(16) ? null : row.GetFieldValue<byte[]>(16)),
            lockTokenGuid: token,
            deliveryCount: deliveries,
            lockedUntil: Time(lockedUntil),
            sequenceNumber: row.GetInt64(0),
            enqueuedSequenceNumber: row.IsDBNull(10) ? row.GetInt64(0) : row.GetInt64(10),
            enqueuedTime: Time(row.GetInt64(8)),
            serviceBusMessageState: (ServiceBusMessageState)row.GetInt32(1));

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset Time(long ticks) => ticks == 0 ? default : new DateTimeOffset(ticks, TimeSpan.Zero);
}
