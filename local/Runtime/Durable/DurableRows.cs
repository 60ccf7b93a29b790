using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Client;
using Serverless.Local.Sqlite;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The engine's rows, one statement a method.</summary>
internal static class DurableRows
{
    public static bool IsUnfinished(OrchestrationRuntimeStatus status) =>
        status is OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Suspended;

    public static string DescribeExisting(string id) => $"An Orchestration instance with the ID {id} already exists.";

    public static InstanceStatus? FindStatus(SqliteSession session, string id) => session.QueryFirst(
        "SELECT key, status FROM instances WHERE id = $1", r => new InstanceStatus(
            r.GetInt64(0), (OrchestrationRuntimeStatus)r.GetInt32(1)), id);

    /// <returns>The instance, with the message that starts it.</returns>
    public static Instance InsertInstance(SqliteSession session, NewInstance created)
    {
        var parent = created.Parent;
        session.Execute(
            """
            INSERT INTO instances (id, name, version, status, created, updated, start_at, input, tags,
                parent_key, parent_execution, parent_step, parent_id, parent_name)
            VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            created.Id, created.Name, created.Version, (int)OrchestrationRuntimeStatus.Pending, created.Created.Ticks,
            created.StartAt?.Ticks,
            created.Input, created.Tags, parent?.Key, parent?.Execution, parent?.Step, parent?.InstanceId, parent?.Name);
        return new Instance(session.QueryNumber("SELECT last_insert_rowid()"), created.Id, created.Name)
        {
            Parent = parent,
            StartAt = created.StartAt,
            Version = created.Version,
            Input = created.Input,
            History = new InstanceHistory(),
        };
    }

    /// <summary>Activities of it that are scheduled run all the same, as on Azure.</summary>
    public static void DeleteInstance(SqliteSession session, long key)
    {
        session.Execute("DELETE FROM instances WHERE key = $1", key);
        session.Execute("DELETE FROM history WHERE key = $1", key);
        session.Execute("DELETE FROM inbox WHERE key = $1", key);
        session.Execute("DELETE FROM timers WHERE key = $1", key);
    }

    public static List<Instance> ReadUnfinished(SqliteSession session) => session.Query(
        """
        SELECT key, id, name, version, status, started, execution, start_at, input, output,
            parent_key, parent_execution, parent_step, parent_id, parent_name, deaths
        FROM instances WHERE status IN (0, 6, 7) ORDER BY key
        """,
        r => new Instance(r.GetInt64(0), r.GetString(1), r.GetString(2))
        {
            Version = r.GetString(3),
            Suspended = r.GetInt32(4) == (int)OrchestrationRuntimeStatus.Suspended,
            Started = r.GetBoolean(5),
            Execution = r.GetInt32(6),
            StartAt = ReadTime(r, 7),
            Input = ReadText(r, 8),
            SuspendReason = ReadText(r, 9),
            Deaths = r.GetInt32(15),
            Parent = r.IsDBNull(10)
                ? null : new ParentStep(r.GetInt64(10), r.GetInt32(11), r.GetInt32(12), r.GetString(13), r.GetString(14)),
        });

    public static void CountDeaths(SqliteSession session, IEnumerable<long> keys)
    {
        foreach (var key in keys) session.Execute("UPDATE instances SET deaths = deaths + 1 WHERE key = $1", key);
    }

    public static void InsertHistory(SqliteSession session, long key, int seq, P.HistoryEvent e) =>
        session.Execute("INSERT INTO history VALUES ($1, $2, $3)", key, seq, e.ToByteArray());

    public static List<P.HistoryEvent> ReadHistory(SqliteSession session, long key) =>
        session.Query("SELECT event FROM history WHERE key = $1 ORDER BY seq", r => Event(r, 0), key);

    /// <returns>The message as it is stored.</returns>
    public static Message InsertMessage(SqliteSession session, long key, Message message, bool preserved = false)
    {
        session.Execute(
            "INSERT INTO inbox (key, execution, preserved, event) VALUES ($1, $2, $3, $4)", key, message.Execution, preserved,
            message.Event.ToByteArray());
        return message with { InboxId = session.QueryNumber("SELECT last_insert_rowid()") };
    }

    public static List<(long Key, Message Message)> ReadMessages(SqliteSession session) => session.Query(
        "SELECT key, execution, id, event FROM inbox ORDER BY preserved DESC, id",
        r => (r.GetInt64(0), new Message(Event(r, 3), r.GetInt32(1), r.GetInt64(2))));

    public static void InsertActivity(SqliteSession session, ScheduledActivity a) => session.Execute(
        "INSERT INTO activities VALUES ($1, $2, $3, $4, $5, $6)", a.Key, a.Execution, a.Step, a.InstanceId, a.Name, a.Input);

    public static void DeleteActivity(SqliteSession session, long key, int execution, int step) =>
        session.Execute("DELETE FROM activities WHERE key = $1 AND execution = $2 AND step = $3", key, execution, step);

    public static List<ScheduledActivity> ReadActivities(SqliteSession session) => session.Query(
        "SELECT key, execution, step, instance_id, name, input FROM activities ORDER BY key, execution, step",
        r => new ScheduledActivity(r.GetInt64(0), r.GetInt32(1), r.GetInt32(2), r.GetString(3), r.GetString(4), ReadText(r, 5)));

    public static void InsertTimer(SqliteSession session, ScheduledTimer t) =>
        session.Execute("INSERT INTO timers VALUES ($1, $2, $3, $4)", t.Key, t.Execution, t.Step, t.FireAt.Ticks);

    public static void DeleteTimer(SqliteSession session, long key, int execution, int step) =>
        session.Execute("DELETE FROM timers WHERE key = $1 AND execution = $2 AND step = $3", key, execution, step);

    public static List<ScheduledTimer> ReadTimers(SqliteSession session) => session.Query(
        "SELECT key, execution, step, fire_at FROM timers",
        r => new ScheduledTimer(r.GetInt64(0), r.GetInt32(1), r.GetInt32(2), ReadTime(r, 3)!.Value));

    public static string? ReadText(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    public static DateTime? ReadTime(SqliteDataReader r, int column) =>
        r.IsDBNull(column) ? null : new DateTime(r.GetInt64(column), DateTimeKind.Utc);

    private static P.HistoryEvent Event(SqliteDataReader r, int column) => P.HistoryEvent.Parser.ParseFrom(r.GetFieldValue<byte[]>(column));
}
