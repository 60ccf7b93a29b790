using Serverless.Csv.Output;
using Serverless.CsvJobs.Run;
using Serverless.Jobs;

namespace Serverless.CsvJobs.Preview;

/// <summary>A forecast of a job's ranges, time and memory, as far as the plan decides them.</summary>
/// <param name="Ranges">The ranges that the file is read in.</param>
/// <param name="RangeBytes">The size of a range; 0 when the file is compressed and is read by one reader.</param>
/// <param name="Parallel">How many of them are at work at once.</param>
/// <param name="Activities">Durable activities: on Azure an execution and two queue messages each.</param>
/// <param name="Messages">Messages: one from the event grid, and those of the activities.</param>
/// <param name="BlobReads">Requests that read blobs or look them up.</param>
/// <param name="BlobWrites">Blocks, blobs, commits and lists, which have one price on Azure.</param>
/// <param name="TableRequests">Requests to tables.</param>
/// <param name="MemoryBytes">Buffers at work at once, over all instances.</param>
/// <param name="Time">From the first range to the last; null when the speed is not known.</param>
internal sealed record CsvForecast(
    int Ranges, long RangeBytes, int Parallel, int Activities, long Messages, long BlobReads, long BlobWrites, long TableRequests,
    long MemoryBytes, TimeSpan? Time)
{
    // What a range holds beside its two blocks: the reader's buffer, the writer's, the rejects'.
    private const int BuffersBytes = 1 << 20;

    // The job is looked for, listed, recorded and answered, its content claimed, its begin noted twice; its state changes twice, each time
    // after a look, and it is listed as ended (CsvJobStore). The speeds are looked up, and noted where there was much to read.
    private const int TableRequestsOfJob = 15;
    private const int TableRequestsOfSpeed = 2;

    // The file's properties, the schemas beside it, its beginning; the last fold and the file again before the commit.
    private const int ReadsOfJob = 8;

    // The plan, the header's block, the schema, the summary, the report, the rejects' header, five commits, and three lists.
    private const int WritesOfJob = 14;

    /// <summary>Works out what a job will take.</summary>
    public static CsvForecast Of(CsvForecastBasis basis, CsvSettings settings)
    {
        var lanes = basis.Options.MaxParallel ?? settings.MaxParallel;
        var chunk = basis.IsCompressed ? 0 : RangePlan.ChooseChunkBytes(basis.Bytes, basis.Options.ChunkBytes, basis.Speed, lanes);
        var ranges = chunk == 0 ? 1 : (int)Math.Max(1, (basis.Bytes + chunk - 1) / chunk);
        var parallel = Math.Min(lanes, ranges);
        var folds = (ranges + settings.RangesPerFold - 1) / settings.RangesPerFold;
        var activities = ranges + folds + 2;
        var blockBytes = CsvPlan.ChooseBlockBytes(basis.Bytes, basis.IsCompressed, basis.Options.Output);
        var blocks = ranges * (long)Math.Max(1, Math.Ceiling(basis.OutputBytes / (double)ranges / blockBytes));
        var rejecting = (int)Math.Min(ranges, basis.Rejected);
        var footers = basis.Options.Output == CsvOutput.Parquet ? ranges : 0;
        var time = basis.Speed?.EstimateTime(basis.Bytes) / parallel;
        var ofRange = basis.Speed?.EstimateTime(chunk == 0 ? basis.Bytes : Math.Min(chunk, basis.Bytes)) ?? TimeSpan.Zero;

        // Whether the job still runs is asked when a range begins and then by the clock: see JobCancellationScope.
        var looks = ranges * (1 + (long)(ofRange / settings.CancelPoll));
        return new CsvForecast(
            ranges,
            chunk,
            parallel,
            activities,
            1 + (2L * activities),
            ReadsOfJob + (2L * ranges) + rejecting + folds + footers,
            WritesOfJob + blocks + ranges + rejecting + folds + (rejecting > 0 ? folds : 0) + footers,
            TableRequestsOfJob + looks + (CsvSpeeds.IsTelling(basis.Bytes, ranges) ? TableRequestsOfSpeed : 0),
            TaskOptimizer.EstimateMemory(parallel, blockBytes + BuffersBytes),
            time);
    }
}

/// <summary>The input of a forecast.</summary>
/// <param name="Bytes">The file's size.</param>
/// <param name="IsCompressed">It is a gzip file.</param>
/// <param name="OutputBytes">The size of the clean output, about.</param>
/// <param name="Rejected">Records that will be rejected, about.</param>
/// <param name="Options">What is asked for.</param>
/// <param name="Speed">Bytes a second of one range while others are at work; null when nothing was measured.</param>
internal sealed record CsvForecastBasis(
    long Bytes, bool IsCompressed, long OutputBytes, long Rejected, CsvJobOptions Options, Speed? Speed);
