using Serverless.Local.Sqlite;

namespace Serverless.Local.ServiceBus.Broker;

/// <summary>
/// One operation on the writer's thread: the session and the time it works with, and the news it leaves for after the commit.
/// </summary>
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

    public void NoteDue(long ticks)
    {
        if (ticks > 0) NextDue = Math.Min(NextDue, ticks);
    }

    /// <summary>Now plus a duration; 0, that is never, where the calendar ends before.</summary>
    public long CalculateEnd(TimeSpan duration) => duration.Ticks >= DateTime.MaxValue.Ticks - now ? 0 : now + duration.Ticks;

    /// <summary>Sends a locked or waiting message to the dead letters of its queue, where it never expires.</summary>
    public void DeadLetter(
        long sequenceNumber, string entity, IReadOnlyDictionary<string, object?>? changes, string? reason, string? description)
    {
        var properties = new Dictionary<string, object?>(changes ?? new Dictionary<string, object?>());
        if (reason is not null) properties[DeadLetterProperties.Reason] = reason;
        if (description is not null) properties[DeadLetterProperties.Description] = description;
        Change(sequenceNumber, properties);
        var deadLetters = EntityPath.DeadLetters(entity);
        session.Execute(
            "UPDATE queue_messages SET entity = $2, state = 0, locked_until = 0, lock_token = NULL, expires = 0 WHERE seq = $1",
            sequenceNumber, deadLetters);
        Wake(deadLetters);
    }

    /// <summary>Changes application properties of a message; those that are not named stay.</summary>
    public void Change(long sequenceNumber, IReadOnlyDictionary<string, object?>? changes)
    {
        if (changes is not { Count: > 0 }) return;
        var content = session.QueryFirst(
            "SELECT content FROM queue_messages WHERE seq = $1", row => row.GetFieldValue<byte[]>(0), sequenceNumber);
        if (content is null) return;
        session.Execute("UPDATE queue_messages SET content = $2 WHERE seq = $1", sequenceNumber, MessageContent.Change(content, changes));
    }

    public void Remove(long sequenceNumber) => session.Execute("DELETE FROM queue_messages WHERE seq = $1", sequenceNumber);
}
