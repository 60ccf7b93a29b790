using Azure.Data.Tables;

namespace Serverless.Tasks.Store;

/// <summary>Which tasks to list.</summary>
/// <param name="State">In this state; null for any.</param>
/// <param name="Task">Of this name; null for any.</param>
/// <param name="Since">Sent at or after this time; null for any.</param>
/// <param name="PageSize">1 to 1,000 rows a page. Default 100.</param>
public sealed record TaskQuery(TaskState? State = null, string? Task = null, DateTimeOffset? Since = null, int PageSize = 100)
{
    /// <summary>The OData filter; values are escaped.</summary>
    internal string? ToFilter()
    {
        var parts = new List<string>();
        if (Task is not null) parts.Add(TableClient.CreateQueryFilter($"Task eq {Task}"));
        if (Since is { } since) parts.Add(TableClient.CreateQueryFilter($"Enqueued ge {since}"));

        // A pending task has no state in its row, and one that was revoked before it started only the wish: the reader sorts those out.
        if (State is { } state and not (TaskState.Pending or TaskState.Revoked))
            parts.Add(TableClient.CreateQueryFilter($"State eq {state.ToString()}"));
        return parts.Count == 0 ? null : string.Join(" and ", parts);
    }
}

/// <summary>A page of tasks.</summary>
/// <param name="Tasks">Without their results.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
public sealed record TaskPage(IReadOnlyList<TaskRecord> Tasks, string? Next);
