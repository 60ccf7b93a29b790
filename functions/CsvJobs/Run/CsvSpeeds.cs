using Serverless.Csv.Output;
using Serverless.Jobs;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// The speed at which ranges were read and cleaned, in bytes of the file a second: measured by every job, for the plans of those that
/// follow.
/// </summary>
internal sealed class CsvSpeeds(MeasuredSpeeds speeds)
{
    // What reads less tells how long an activity takes, not how long bytes do.
    private const long MinBytes = 8 << 20;
    private const long MinRangeBytes = 1 << 20;

    /// <summary>Of jobs with this schema, else of all with this output; null when there was none.</summary>
    /// <param name="output">How the clean records are written.</param>
    /// <param name="isCompressed">The file is a gzip file.</param>
    /// <param name="schema">What the records must meet, as JSON.</param>
    /// <param name="compression">How they are packed.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    public Task<Speed?> FindAsync(
        CsvOutput output, bool isCompressed, string schema, CsvCompression compression, CancellationToken cancellationToken) =>
        speeds.FindAsync(KindOf(output, isCompressed, compression), LikeOf(schema), cancellationToken);

    /// <summary>Notes what a job's ranges took, unless they were too few and small to tell.</summary>
    /// <param name="id">The job.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="totals">What it read, and how long its ranges worked.</param>
    /// <param name="cancellationToken">Cancels the note.</param>
    public async Task RecordAsync(string id, CsvPlan plan, JobTotals totals, CancellationToken cancellationToken)
    {
        if (!IsTelling(totals.ReadBytes, totals.Ranges)) return;

        // What a byte of the file took in all: where its keys are looked for first, it is read twice.
        var bytes = Math.Min(totals.ReadBytes, plan.Size);
        await speeds.RecordAsync(
            KindOf(plan.Output, plan.IsCompressed, plan.Compression), id, bytes, TimeSpan.FromMilliseconds(totals.BusyMilliseconds),
            LikeOf(plan.Schema), cancellationToken);
    }

    /// <summary>True when there was enough to read to tell how fast it was.</summary>
    public static bool IsTelling(long bytes, int ranges) => bytes >= MinBytes && bytes >= MinRangeBytes * ranges;

    /// <summary>The kind of work by which <see cref="MeasuredSpeeds"/> knows such jobs; an item is a byte.</summary>
    public static string KindOf(CsvOutput output, bool isCompressed, CsvCompression compression = CsvCompression.None) =>
        $"csv-{output.ToString().ToLowerInvariant()}{(isCompressed ? "-gzip" : "")}{(compression == CsvCompression.None ? "" : "-packed")}";

    /// <summary>The word by which jobs of one schema are told from others of their kind.</summary>
    public static string LikeOf(string schema) => ContentHash.Of(schema);
}
