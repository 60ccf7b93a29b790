namespace Serverless.Tasks.Store;

/// <summary>Which tasks are meant; what is null does not matter.</summary>
/// <param name="State">In this state.</param>
/// <param name="Task">Of this name.</param>
/// <param name="Queue">Sent to this queue.</param>
/// <param name="Since">Sent at or after this time.</param>
/// <param name="Before">Sent before this time.</param>
/// <param name="Text">With this text in their id, name or error; case does not matter.</param>
/// <param name="Tag">With this tag.</param>
internal sealed record TaskFilter(
    TaskState? State = null, string? Task = null, string? Queue = null, DateTimeOffset? Since = null, DateTimeOffset? Before = null,
    string? Text = null, string? Tag = null)
{
    /// <summary>True when every task is meant.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsEmpty => this is { State: null, Task: null, Queue: null, Since: null, Before: null, Text: null, Tag: null };

    /// <summary>True when a task is meant.</summary>
    /// <param name="task">The task.</param>
    /// <param name="queueOf">The queue of what a record has as its queue, which may be one of the queue's lanes.</param>
    internal bool Matches(TaskRecord task, Func<string, string> queueOf) =>
        (State is null || task.State == State)
        && (Task is null || task.Task == Task)
        && (Queue is null || (task.Queue is { } queue && string.Equals(queueOf(queue), Queue, StringComparison.OrdinalIgnoreCase)))
        && (Tag is null || task.Tags?.Contains(Tag) == true)
        && (Since is null || task.Enqueued >= Since)
        && (Before is null || task.Enqueued < Before)
        && (Text is null || Contains(task.Id) || Contains(task.Task) || Contains(task.Error?.Message) || Contains(task.Error?.Type));

    private bool Contains(string? text) => text?.Contains(Text!, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>A page of tasks.</summary>
/// <param name="Tasks">Without their results, the newest first. There may be fewer than were asked for though more follow.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record TaskPage(IReadOnlyList<TaskRecord> Tasks, string? Next);
