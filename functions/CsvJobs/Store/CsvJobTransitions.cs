namespace Serverless.CsvJobs.Store;

/// <summary>The changes of state that are allowed. Staying is always allowed, since activities run at least once.</summary>
internal static class CsvJobTransitions
{
    private static readonly HashSet<(CsvJobState From, CsvJobState To)> Allowed =
    [
        (CsvJobState.Running, CsvJobState.Committing),
        (CsvJobState.Running, CsvJobState.Failed),
        (CsvJobState.Running, CsvJobState.Cancelled),
        (CsvJobState.Committing, CsvJobState.Completed),
        (CsvJobState.Committing, CsvJobState.Failed),

        // A table has refused records of the load: the file is read again without them.
        (CsvJobState.Committing, CsvJobState.Running),

        // A job whose blob was missing may be asked for again.
        (CsvJobState.Failed, CsvJobState.Running),
    ];

    /// <summary>True when a job may go from one state to the other.</summary>
    public static bool Allows(CsvJobState from, CsvJobState to) => from == to || Allowed.Contains((from, to));

    /// <summary>True when nothing follows by itself.</summary>
    public static bool IsFinal(CsvJobState state) => state is CsvJobState.Completed or CsvJobState.Failed or CsvJobState.Cancelled;
}
