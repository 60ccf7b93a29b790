using Microsoft.Azure.Functions.Worker;
using Microsoft.Data.Sqlite;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Timers;

/// <summary>The states of schedules, over restarts.</summary>
internal sealed class TimerStatusTable(SqliteStore store)
{
    public Task MigrateAsync() => store.MigrateAsync(
        "timer triggers",
        "CREATE TABLE timer_triggers (name TEXT PRIMARY KEY, schedule TEXT NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL, " +
        "updated INTEGER NOT NULL) WITHOUT ROWID");

    /// <summary>Null if there is none for this schedule: it is new, or was changed since.</summary>
    public ScheduleStatus? Find(string function, string schedule) => store.Read(session => session.QueryFirst(
        "SELECT last, next, updated FROM timer_triggers WHERE name = $1 AND schedule = $2",
        r => new ScheduleStatus { Last = Time(r, 0), Next = Time(r, 1), LastUpdated = Time(r, 2) },
        function, schedule));

    public Task SaveAsync(string function, string schedule, ScheduleStatus status) => store.WriteAsync(session => session.Execute(
        "INSERT OR REPLACE INTO timer_triggers (name, schedule, last, next, updated) VALUES ($1, $2, $3, $4, $5)",
        function, schedule, status.Last.Ticks, status.Next.Ticks, status.LastUpdated.Ticks));

    private static DateTime Time(SqliteDataReader reader, int column) => new(reader.GetInt64(column), DateTimeKind.Utc);
}
