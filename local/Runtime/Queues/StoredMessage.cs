using Microsoft.Data.Sqlite;

namespace Serverless.Local.Runtime.Queues;

/// <summary>What decides about a message's fate.</summary>
internal sealed record StoredMessage(long SequenceNumber, string Entity, int Deliveries, long Expires, byte[]? Properties)
{
    public const string Columns = "seq, entity, deliveries, expires, properties";

    public static StoredMessage Read(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4));
}
