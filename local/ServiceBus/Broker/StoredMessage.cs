using Microsoft.Data.Sqlite;

namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The columns that decide about a message's fate.</summary>
internal sealed record StoredMessage(long SequenceNumber, string Entity, int Deliveries, long Expires)
{
    public const string Columns = "seq, entity, deliveries, expires";

    public static StoredMessage Read(SqliteDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3));
}
