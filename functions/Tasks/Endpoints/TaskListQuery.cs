using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Endpoints;

/// <summary>Reads the query of a list of tasks; all that is wrong with it is told at once.</summary>
internal static class TaskListQuery
{
    private const int DefaultPage = 100;
    private const int MaxPage = 1000;

    private static readonly string States = string.Join(", ", Enum.GetNames<TaskState>()).ToUpperInvariant();

    /// <summary>Which tasks, how many on a page, and where the page before ended.</summary>
    public static (TaskFilter Filter, int Size, string? After) Read(IQueryCollection query, ValidationErrors faults)
    {
        var (size, after) = PageQuery.Read(query, DefaultPage, MaxPage, faults);
        var filter = new TaskFilter(
            State(query, faults), PageQuery.ReadWord(query, "task"), PageQuery.ReadWord(query, "queue"),
            PageQuery.ReadTime(query, "since", faults),
            PageQuery.ReadTime(query, "before", faults), PageQuery.ReadWord(query, "text"), PageQuery.ReadWord(query, "tag"));
        return (filter, size, after);
    }

    private static TaskState? State(IQueryCollection query, ValidationErrors faults)
    {
        if (query["state"] is not [{ Length: > 0 } text]) return null;
        if (!char.IsAsciiDigit(text[0]) && Enum.TryParse<TaskState>(text, ignoreCase: true, out var state)) return state;
        faults.Add("state", $"Give one of {States}.");
        return null;
    }
}
