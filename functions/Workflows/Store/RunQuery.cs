using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Tasks;

namespace Serverless.Workflows.Store;

/// <summary>Which runs to list; what is null does not matter.</summary>
/// <param name="State">In this state.</param>
/// <param name="Workflow">Of this workflow.</param>
/// <param name="Size">Runs on a page, 1 to 100.</param>
/// <param name="After">Where the page before ended; null for the first.</param>
internal sealed record RunQuery(RunState? State, string? Workflow, int Size, string? After)
{
    /// <summary>Asked for at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Asked for before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>With this text in their id or error; case does not matter.</summary>
    public string? Text { get; init; }

    /// <summary>With this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>True when some of the runs in its time may not be meant.</summary>
    internal bool IsSelective => this is not { State: null, Workflow: null, Text: null, Tag: null };

    /// <summary>The part of the index with the runs of its time.</summary>
    internal TimeSlice ToSlice()
    {
        var slice = new TimeSlice { From = After };
        if (Before is { } before) slice = slice.Before(before);
        return Since is { } since ? slice.Since(since) : slice;
    }

    /// <summary>The columns of the index that tell whether a run is meant, and which it is.</summary>
    internal IReadOnlyList<string> ListColumns() =>
    [
        nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey), RunRows.Id,
        .. Since is null && Before is null ? [] : (string[])[RunRows.Created],
        .. State is null ? [] : (string[])[RunRows.State],
        .. Workflow is null ? [] : (string[])[RunRows.Name],
        .. Tag is null ? [] : (string[])[RunRows.Tags],
        .. Text is null ? [] : (string[])[RunRows.ErrorMessage, RunRows.ErrorType],
    ];

    /// <summary>True when the run of a row of the index is meant.</summary>
    internal bool Matches(TableEntity row) =>
        (Since is null || row.GetDateTimeOffset(RunRows.Created) >= Since)
        && (Before is null || row.GetDateTimeOffset(RunRows.Created) < Before)
        && (State is null || row.GetString(RunRows.State) == State.ToString())
        && (Workflow is null || row.GetString(RunRows.Name) == Workflow)
        && (Tag is null || TaskTags.Split(row.GetString(RunRows.Tags))?.Contains(Tag) == true)
        && (Text is null || Contains(row.GetString(RunRows.Id)) || Contains(row.GetString(RunRows.ErrorMessage))
            || Contains(row.GetString(RunRows.ErrorType)));

    private bool Contains(string? text) => text?.Contains(Text!, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>A page of runs.</summary>
/// <param name="Runs">Newest first. There may be fewer than were asked for though more follow.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record RunPage(IReadOnlyList<RunRecord> Runs, string? Next);
