using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Endpoints;

/// <summary>Reads the query of a list of runs; all that is wrong with it is told at once.</summary>
internal static class RunListQuery
{
    private const int DefaultSize = 20;
    private const int MaxSize = 100;

    /// <summary>Which runs, how many on a page, and where the page before ended.</summary>
    public static RunQuery Read(IQueryCollection query, ValidationErrors faults)
    {
        var (size, after) = PageQuery.Read(query, DefaultSize, MaxSize, faults, TimeIndex.IsPlace);
        return new RunQuery(State(query, faults), PageQuery.ReadWord(query, "workflow"), size, after)
        {
            Since = PageQuery.ReadTime(query, "since", faults),
            Before = PageQuery.ReadTime(query, "before", faults),
            Text = PageQuery.ReadWord(query, "text"),
            Tag = PageQuery.ReadWord(query, "tag"),
        };
    }

    private static RunState? State(IQueryCollection query, ValidationErrors faults)
    {
        if (PageQuery.ReadWord(query, "state") is not { } word) return null;
        if (Enum.TryParse<RunState>(word, ignoreCase: true, out var state) && !char.IsAsciiDigit(word[0])) return state;
        faults.Add("state", $"Must be one of {string.Join(", ", Enum.GetNames<RunState>()).ToLowerInvariant()}.");
        return null;
    }
}
