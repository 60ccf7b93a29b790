namespace Serverless.Local.ServiceBus.Broker;

/// <summary>
/// The broker's tables. Times are UTC ticks, 0 for none. A dead letter is a message whose entity is its queue's dead-letter path, so that
/// everything that works on a queue works on its dead letters. Contents are stored as AMQP encodes them, so that nothing is lost or
/// turned into something else on the way through.
/// </summary>
internal static class QueueSchema
{
    public const string Component = "service-bus";

    public static readonly string[] Steps =
    [
        """
        CREATE TABLE queue_messages (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            entity TEXT NOT NULL,
            state INTEGER NOT NULL,
            locked_until INTEGER NOT NULL DEFAULT 0,
            deliveries INTEGER NOT NULL DEFAULT 0,
            session TEXT,
            due INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            settled INTEGER NOT NULL DEFAULT 0,
            lock_token BLOB,
            message_id TEXT NOT NULL,
            enqueued INTEGER NOT NULL,
            ttl INTEGER NOT NULL,
            first_seq INTEGER,
            annotations BLOB,
            content BLOB NOT NULL);
        CREATE INDEX queue_messages_ready ON queue_messages (entity, state);
        CREATE INDEX queue_messages_session ON queue_messages (entity, state, session) WHERE session IS NOT NULL;
        CREATE INDEX queue_messages_due ON queue_messages (due) WHERE state = 2;
        CREATE INDEX queue_messages_locked ON queue_messages (locked_until) WHERE locked_until > 0;
        CREATE INDEX queue_messages_expires ON queue_messages (expires) WHERE expires > 0;
        CREATE INDEX queue_messages_settled ON queue_messages (settled) WHERE settled > 0;

        CREATE TABLE queue_sessions (
            entity TEXT NOT NULL,
            session TEXT NOT NULL,
            locked_until INTEGER NOT NULL,
            lock_token BLOB,
            state BLOB,
            PRIMARY KEY (entity, session)) WITHOUT ROWID;
        CREATE INDEX queue_sessions_locked ON queue_sessions (locked_until) WHERE locked_until > 0;

        CREATE TABLE queue_duplicates (
            entity TEXT NOT NULL,
            message_id TEXT NOT NULL,
            expires INTEGER NOT NULL,
            PRIMARY KEY (entity, message_id)) WITHOUT ROWID;
        CREATE INDEX queue_duplicates_expires ON queue_duplicates (expires);

        CREATE TABLE queue_status (
            entity TEXT PRIMARY KEY,
            status INTEGER NOT NULL) WITHOUT ROWID;
        """,
        """
        DROP INDEX queue_messages_settled;
        DELETE FROM queue_messages WHERE settled > 0;
        ALTER TABLE queue_messages DROP COLUMN settled;
        CREATE TABLE probe (id INTEGER PRIMARY KEY, bytes BLOB);
        """,
        "ALTER TABLE queue_sessions ADD COLUMN state_set INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE queue_status ADD COLUMN metadata TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE queue_status ADD COLUMN updated INTEGER NOT NULL DEFAULT 0",
    ];
}
