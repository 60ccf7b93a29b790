namespace Serverless.Tasks.Store;

/// <summary>One run of an attempt.</summary>
internal sealed class TaskRun(TaskMessage message, string lane, bool isFirst, DateTimeOffset taken)
{
    public TaskMessage Message => message;

    /// <summary>The Service Bus queue that it came from.</summary>
    public string Lane => lane;

    /// <summary>
    /// Nothing can be stored of it yet: its first attempt, delivered for the first time, and sent once. It need not be looked up, which
    /// would cost a read for each task, for the sake of the few that come again.
    /// </summary>
    public bool IsFirst => isFirst && message is { Attempt: 0, Redrives: 0, Deferrals: 0, Resent: false };

    /// <summary>The log of the attempts before, as it is stored; null when that is not known.</summary>
    public byte[]? EarlierLog { get; set; }

    /// <summary>Takes what the handler logged and is not stored yet; null when there is nothing.</summary>
    public Func<byte[]?> TakeLog { get; set; } = static () => null;

    /// <summary>The version of the task's row that it knows.</summary>
    public RowVersion Row { get; } = new(taken);
}
