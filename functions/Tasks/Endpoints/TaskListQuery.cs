using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Errors;
using Serverless.Http;

namespace Serverless.Tasks.Endpoints;

/// <summary>Reads the query of a list of tasks; all that is wrong with it is told at once.</summary>
internal static class TaskListQuery
{
    private const int DefaultPage = 100;
    private const int MaxPage = 1000;

    private static readonly string States = string.Join(", ", Enum.GetNames<TaskState>()).ToUpperInvariant();

    /// <exception cref="TaskValidationException">Something is wrong.</exception>
    public static TaskQuery Read(IQueryCollection query)
    {
        List<(string Option, string Sentence)> faults = [];
        var read = new TaskQuery(State(query, faults), query["task"] is [{ Length: > 0 } task] ? task : null, Since(query, faults), Top(query, faults));
        return faults.Count == 0 ? read : throw new TaskValidationException(faults);
    }

    private static TaskState? State(IQueryCollection query, List<(string Option, string Sentence)> faults)
    {
        if (query["state"] is not [{ Length: > 0 } text]) return null;
        if (!char.IsAsciiDigit(text[0]) && Enum.TryParse<TaskState>(text, ignoreCase: true, out var state)) return state;
        faults.Add(("state", $"Give one of {States}."));
        return null;
    }

    private static DateTimeOffset? Since(IQueryCollection query, List<(string Option, string Sentence)> faults)
    {
        if (query["since"] is not [{ Length: > 0 } text]) return null;
        if (UtcTime.TryParse(text, out var time)) return time;
        faults.Add(("since", $"Give {UtcTime.Example}."));
        return null;
    }

    private static int Top(IQueryCollection query, List<(string Option, string Sentence)> faults)
    {
        if (query["top"] is not [{ Length: > 0 } text]) return DefaultPage;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= MaxPage) return size;
        faults.Add(("top", $"Give 1 to {MaxPage}."));
        return DefaultPage;
    }
}
