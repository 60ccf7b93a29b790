namespace Serverless.CsvJobs.Run;

/// <summary>Decides when the rejects are too many.</summary>
internal static class RejectedRatio
{
    /// <summary>
    /// True when the file as a whole is certain to have more rejects than allowed: even if all that is left were accepted records, and
    /// those as short as records can be (a byte for each field's delimiter or line end).
    /// </summary>
    /// <param name="ratio">The share that is allowed, 0 to 1; null allows all.</param>
    /// <param name="rejected">Records rejected so far.</param>
    /// <param name="rows">Records read so far.</param>
    /// <param name="remainingBytes">Bytes behind them.</param>
    /// <param name="columns">Fields of a record.</param>
    public static bool IsExceeded(double? ratio, long rejected, long rows, long remainingBytes, int columns)
    {
        if (ratio is not { } allowed) return false;

        // The last record may have no line end, which makes it a byte shorter.
        var possible = remainingBytes > 0 ? (remainingBytes + 1) / Math.Max(columns, 1) : 0;
        return rejected > (decimal)allowed * (rows + possible);
    }
}
