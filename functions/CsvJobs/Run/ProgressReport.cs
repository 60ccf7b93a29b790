using System.Globalization;

namespace Serverless.CsvJobs.Run;

/// <summary>Works out a job's custom status from what has come in.</summary>
internal static class ProgressReport
{
    /// <summary>While the file is not known yet.</summary>
    public static CsvJobProgress Before(string phase, string status) => new(0, 0, status, phase, 0, 0, 0, 0, null);

    /// <summary>Between ranges.</summary>
    /// <param name="shape">The file.</param>
    /// <param name="ledger">The ranges.</param>
    /// <param name="elapsed">Time since the start.</param>
    public static CsvJobProgress During(FileShape shape, RangeLedger ledger, TimeSpan elapsed)
    {
        var (ranges, total, rows, rejected, bytes) = ledger.CountProgress();
        var eta = bytes > 0 ? (long?)Math.Ceiling(elapsed.TotalSeconds * (shape.Size - bytes) / bytes) : null;
        var status = string.Create(CultureInfo.InvariantCulture, $"Processed {ranges} of {total} ranges");
        return new CsvJobProgress(
            ranges, total, status, "process", rejected, bytes, shape.Size, PerSecond(rows, elapsed), eta, ledger.Strip(),
            ledger.MaxParallel);
    }

    /// <summary>When all ranges are done.</summary>
    public static CsvJobProgress After(FileShape shape, JobTotals totals, TimeSpan elapsed) => new(
        totals.Ranges, totals.Ranges, "Committing the output", "commit", totals.Rejected, shape.Size, shape.Size, PerSecond(
            totals.Rows, elapsed), 0);

    private static long PerSecond(long rows, TimeSpan elapsed) => elapsed > TimeSpan.Zero ? (long)(rows / elapsed.TotalSeconds) : 0;
}
