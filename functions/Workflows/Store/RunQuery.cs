using Azure.Data.Tables;

namespace Serverless.Workflows.Store;

/// <summary>Which runs to list.</summary>
/// <param name="State">In this state; null for any.</param>
/// <param name="Workflow">Of this workflow; null for any.</param>
/// <param name="Size">Runs on a page, 1 to 100.</param>
/// <param name="After">Where the page before ended; null for the first.</param>
public sealed record RunQuery(RunState? State, string? Workflow, int Size, string? After)
{
    /// <summary>The OData filter; values are escaped.</summary>
    internal string ToFilter()
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {RunRows.Index} and RowKey gt {After ?? ""}");
        if (State is { } state) filter += " and " + TableClient.CreateQueryFilter($"State eq {state.ToString()}");
        if (Workflow is not null) filter += " and " + TableClient.CreateQueryFilter($"Workflow eq {Workflow}");
        return filter;
    }
}

/// <summary>A page of runs.</summary>
/// <param name="Runs">Newest first.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
public sealed record RunPage(IReadOnlyList<RunRecord> Runs, string? Next);
