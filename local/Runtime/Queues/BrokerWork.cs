using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Queues;

/// <summary>One operation on the writer's thread: what it works with, and what the broker must do once it is committed.</summary>
internal sealed class BrokerWork(SqliteSession session, long now, Func<string, QueueDefinition> queueOf)
{
    public SqliteSession Session => session;

    /// <summary>UTC ticks; the same throughout the operation.</summary>
    public long Now => now;

    /// <summary>Entities that a receiver may find something in.</summary>
    public HashSet<string> Woken { get; } = [];

    /// <summary>When something is next due, as far as this operation set it.</summary>
    public long NextDue { get; private set; } = long.MaxValue;

    public QueueDefinition QueueOf(string entity) => queueOf(entity);

    public void Wake(string entity) => Woken.Add(entity);

    public void DueAt(long ticks)
    {
        if (ticks > 0) NextDue = Math.Min(NextDue, ticks);
    }

    /// <summary>Now plus a duration; 0, that is never, where the calendar ends before.</summary>
    public long After(TimeSpan duration) => duration.Ticks >= DateTime.MaxValue.Ticks - now ? 0 : now + duration.Ticks;

    /// <summary>Sends a locked or waiting message to the dead letters of its queue, where it never expires.</summary>
    public void DeadLetter(long sequenceNumber, string entity, Dictionary<string, object> properties, string? reason, string? description)
    {
        if (reason is not null) properties["DeadLetterReason"] = reason;
        if (description is not null) properties["DeadLetterErrorDescription"] = description;
        var deadLetters = EntityPath.DeadLetters(entity);
        session.Execute(
            "UPDATE queue_messages SET entity = $2, state = 0, locked_until = 0, lock_token = NULL, expires = 0, properties = $3 " +
            "WHERE seq = $1",
            sequenceNumber, deadLetters, PropertyCodec.Write(properties));
        Wake(deadLetters);
    }
}
