namespace Serverless.Local.Runtime.Queues;

/// <summary>
/// The broker's tables. Times are UTC ticks, 0 for none. A dead letter is a message whose entity is its queue's dead-letter path, so that
/// everything that works on a queue works on its dead letters.
/// </summary>
internal static class QueueSchema
{
    public const string Component = "queues";

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
            lock_token BLOB,
            message_id TEXT NOT NULL,
            enqueued INTEGER NOT NULL,
            ttl INTEGER NOT NULL,
            first_seq INTEGER,
            content_type TEXT,
            correlation_id TEXT,
            subject TEXT,
            recipient TEXT,
            reply_to TEXT,
            properties BLOB,
            body BLOB NOT NULL);
        CREATE INDEX queue_messages_ready ON queue_messages (entity, state);
        CREATE INDEX queue_messages_session ON queue_messages (entity, state, session) WHERE session IS NOT NULL;
        CREATE INDEX queue_messages_due ON queue_messages (due) WHERE state = 2;
        CREATE INDEX queue_messages_locked ON queue_messages (locked_until) WHERE locked_until > 0;
        CREATE INDEX queue_messages_expires ON queue_messages (expires) WHERE expires > 0;

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
        """,
    ];
}
