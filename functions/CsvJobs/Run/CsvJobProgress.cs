using System.Globalization;
using System.Text.Json.Serialization;

namespace Serverless.CsvJobs.Run;

/// <summary>The custom status of a job.</summary>
/// <param name="Current">Ranges done.</param>
/// <param name="Total">Ranges in all.</param>
/// <param name="Status">A sentence for people.</param>
/// <param name="Phase">What the job is at: inspect, wait, process, commit or done.</param>
/// <param name="Rejected">Records rejected so far.</param>
/// <param name="Bytes">Bytes of the file processed so far.</param>
/// <param name="TotalBytes">The file's size in bytes.</param>
/// <param name="RowsPerSecond">Records a second since the start.</param>
/// <param name="EtaSeconds">Seconds until all ranges are done; null while unknown.</param>
/// <param name="Strip">
/// The ranges in the order of the file, a letter for each state and behind it how many have it in a row: <c>p12d1r2w40</c> is 12 proven,
/// one read, two being read and 40 that wait. Null before the first.
/// </param>
/// <param name="MaxParallel">How many ranges are read at once, at most; null where one reader reads the file.</param>
/// <param name="MaxRejectedRatio">The share of rejected records from which on the job fails; null for none.</param>
internal sealed record CsvJobProgress(
    [property: JsonPropertyName("current")] int Current,
    [property: JsonPropertyName("total")] int Total,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("phase")] string Phase,
    [property: JsonPropertyName("rejected")] long Rejected,
    [property: JsonPropertyName("bytes")] long Bytes,
    [property: JsonPropertyName("totalBytes")] long TotalBytes,
    [property: JsonPropertyName("rowsPerSecond")] long RowsPerSecond,
    [property: JsonPropertyName("etaSeconds")] long? EtaSeconds,
    [property: JsonPropertyName("strip")] string? Strip = null,
    [property: JsonPropertyName("maxParallel")] int? MaxParallel = null,
    [property: JsonPropertyName("maxRejectedRatio")] double? MaxRejectedRatio = null)
{
    /// <summary>The same of a file that is read again, since a table refused some of its records.</summary>
    public CsvJobProgress AsAgain(long refused) => this with
    {
        Phase = "process",
        Status = string.Create(CultureInfo.InvariantCulture, $"The table refused {refused} records; reading again without them"),
    };

    /// <summary>The same when everything is done.</summary>
    public CsvJobProgress AsDone() => this with { Phase = "done", Status = "Completed" };
}
