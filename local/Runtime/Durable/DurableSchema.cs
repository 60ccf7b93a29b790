using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The engine's tables.</summary>
internal static class DurableSchema
{
    public const string Component = "durable";

    /// <summary>Counts the unfinished instances whose histories are not in the framework's own form.</summary>
    public static long CountUnfinishedOfBefore(SqliteSession session)
    {
        var isOld = session.QueryNumber("SELECT count(*) FROM sqlite_master WHERE name = 'components'") == 1
            && session.QueryNumber("SELECT steps FROM components WHERE name = $1", Component) == 1;
        return isOld ? session.QueryNumber("SELECT count(*) FROM instances WHERE status IN (0, 6, 7)") : 0;
    }

    // The key stays the same over ContinueAsNew, which counts the execution; the same id started anew gets a new key. A key never
    // comes again: an activity that outlives its instance must not end another's step.
    public static readonly string[] Steps =
    [
        """
        CREATE TABLE instances (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            status INTEGER NOT NULL,
            started INTEGER NOT NULL DEFAULT 0,
            execution INTEGER NOT NULL DEFAULT 1,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            start_at INTEGER,
            input TEXT,
            output TEXT,
            custom_status TEXT,
            failure TEXT,
            tags TEXT,
            parent_key INTEGER,
            parent_execution INTEGER,
            parent_step INTEGER,
            parent_id TEXT,
            parent_name TEXT
        );
        CREATE INDEX instances_created ON instances (created, key);
        CREATE INDEX instances_unfinished ON instances (key) WHERE status IN (0, 6, 7);
        CREATE INDEX instances_parent ON instances (parent_key) WHERE parent_key IS NOT NULL;

        CREATE TABLE history (
            key INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            step INTEGER NOT NULL,
            name TEXT,
            data TEXT,
            target TEXT,
            failure TEXT,
            fire_at INTEGER,
            tags TEXT,
            version TEXT,
            PRIMARY KEY (key, seq)
        ) WITHOUT ROWID;

        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY,
            key INTEGER NOT NULL,
            execution INTEGER NOT NULL,
            preserved INTEGER NOT NULL DEFAULT 0,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            step INTEGER NOT NULL,
            name TEXT,
            data TEXT,
            failure TEXT
        );
        CREATE INDEX inbox_key ON inbox (key);

        CREATE TABLE activities (
            key INTEGER NOT NULL,
            execution INTEGER NOT NULL,
            step INTEGER NOT NULL,
            instance_id TEXT NOT NULL,
            name TEXT NOT NULL,
            input TEXT,
            PRIMARY KEY (key, execution, step)
        ) WITHOUT ROWID;

        CREATE TABLE timers (
            key INTEGER NOT NULL,
            execution INTEGER NOT NULL,
            step INTEGER NOT NULL,
            fire_at INTEGER NOT NULL,
            PRIMARY KEY (key, execution, step)
        ) WITHOUT ROWID;
        """,

        // Events in the framework's own form. What was before is of another runner: nothing unfinished of it can go on (see DurableEngine).
        """
        ALTER TABLE instances ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
        DROP TABLE history;
        CREATE TABLE history (
            key INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            event BLOB NOT NULL,
            PRIMARY KEY (key, seq)
        ) WITHOUT ROWID;

        DROP TABLE inbox;
        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY,
            key INTEGER NOT NULL,
            execution INTEGER NOT NULL,
            preserved INTEGER NOT NULL DEFAULT 0,
            event BLOB NOT NULL
        );
        CREATE INDEX inbox_key ON inbox (key);

        DELETE FROM activities;
        DELETE FROM timers;
        """,
    ];
}
