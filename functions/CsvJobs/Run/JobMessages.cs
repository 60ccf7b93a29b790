using System.Text.Json.Serialization;
using Serverless.Csv.Ranges;

namespace Serverless.CsvJobs.Run;

/// <summary>The input of a job's orchestration.</summary>
/// <param name="Path">The file within <c>incoming</c>.</param>
/// <param name="ETag">Its content; empty when the file was not there yet.</param>
/// <param name="Folder">Where the job writes, within <c>processed</c>.</param>
/// <param name="Options">What was asked for.</param>
internal sealed record CsvJobInput(string Path, string ETag, string Folder, CsvJobOptions Options);

/// <summary>The facts about the file that the orchestrator needs; the rest lies in the plan's blob.</summary>
/// <param name="ETag">The content that was inspected.</param>
/// <param name="Size">The blob's size in bytes.</param>
/// <param name="DataStart">Where the first data record starts.</param>
/// <param name="HeaderLines">The physical lines before it.</param>
/// <param name="Columns">How many fields a record has: also the fewest bytes that an accepted record can take.</param>
/// <param name="ChunkBytes">The size of a range; 0 when the file has to be read by one reader.</param>
/// <param name="MaxParallel">How many ranges are in flight.</param>
/// <param name="MinChunkBytes">A range is not split into smaller ones.</param>
/// <param name="RangesPerFold">After how many ranges results are folded.</param>
/// <param name="Keys">How many lists of keys the schema asks for, which are compared first.</param>
/// <param name="References">The foreign keys that refer to other files, or to tables.</param>
/// <param name="ScansColumns">Some columns' values are held against each other, which is read first as well.</param>
internal sealed record FileShape(
    string ETag, long Size, long DataStart, long HeaderLines, int Columns, int ChunkBytes, int MaxParallel, int MinChunkBytes,
    int RangesPerFold, int Keys = 0, IReadOnlyList<int>? References = null, bool ScansColumns = false)
{
    /// <summary>Read from its start only: positions count from the start of what comes out.</summary>
    [JsonIgnore]
    public bool IsSequential => ChunkBytes == 0;

    /// <summary>The file is read once before it is cleaned.</summary>
    [JsonIgnore]
    public bool IsReadFirst => Keys > 0 || ScansColumns;
}

/// <summary>The counts so far, over all folds.</summary>
/// <param name="Rows">Records.</param>
/// <param name="Accepted">Records in the output.</param>
/// <param name="Rejected">Records in the rejects.</param>
/// <param name="Ranges">Ranges with records.</param>
/// <param name="RangesReadTwice">Ranges that were read from a wrong position first.</param>
/// <param name="ReadBytes">Bytes of the file asked of storage.</param>
/// <param name="Reads">Requests for them.</param>
/// <param name="OutputBytes">Bytes of clean records.</param>
/// <param name="BusyMilliseconds">How long ranges were worked on, added up.</param>
/// <param name="Comments">Comment lines.</param>
internal sealed record JobTotals(
    long Rows = 0, long Accepted = 0, long Rejected = 0, int Ranges = 0, int RangesReadTwice = 0, long ReadBytes = 0, int Reads = 0,
    long OutputBytes = 0,
    long BusyMilliseconds = 0, long Comments = 0)
{
    /// <summary>The cost alone: the reading that follows counts the records.</summary>
    public JobTotals OfCost() => new(ReadBytes: ReadBytes, Reads: Reads, BusyMilliseconds: BusyMilliseconds);
}

/// <summary>The records that a table refused when all were loaded.</summary>
/// <param name="Rounds">How many times it has.</param>
/// <param name="Records">How many they are in all.</param>
internal sealed record TableRefusals(int Rounds = 0, long Records = 0);

/// <summary>A job between two folds: all that the orchestration carries over when its history starts anew.</summary>
/// <param name="Job">What was asked for.</param>
/// <param name="StartedAt">When the work began.</param>
/// <param name="Shape">The file, once it was inspected.</param>
/// <param name="Folds">How many folds were done.</param>
/// <param name="Chain">Which ranges are proven; null before the first.</param>
/// <param name="Open">Outcomes of ranges that are not proven yet.</param>
/// <param name="Totals">What is proven.</param>
/// <param name="KeyPass">How far the search for duplicate keys is, while it is under way.</param>
/// <param name="Duplicates">How many records repeat a key; null until that is known.</param>
/// <param name="Refused">What a table has refused, so that the file is read again; null for nothing.</param>
internal sealed record CsvJobRun(
    CsvJobInput Job, DateTime? StartedAt, FileShape? Shape, int Folds, RangeChainState? Chain, IReadOnlyList<RangeOutcome> Open,
    JobTotals Totals,
    CsvJobRun? KeyPass = null, long? Duplicates = null, TableRefusals? Refused = null)
{
    /// <summary>The job before its ranges are read once more, without what a table refuses.</summary>
    public CsvJobRun ReadAgain(long refused) => this with
    {
        Folds = 0,
        Chain = null,
        Open = [],
        Totals = Totals.OfCost(),
        Refused = new TableRefusals((Refused?.Rounds ?? 0) + 1, (Refused?.Records ?? 0) + refused),
    };

    /// <summary>The job from a change on.</summary>
    public CsvJobRun With(CsvJobChange change)
    {
        var job = Job with
        {
            Options = Job.Options with
            {
                MaxParallel = change.MaxParallel ?? Job.Options.MaxParallel,
                MaxRejectedRatio = change.MaxRejectedRatio ?? Job.Options.MaxRejectedRatio,
            },
        };
        return this with { Job = job, Shape = Shape! with { MaxParallel = change.MaxParallel ?? Shape.MaxParallel } };
    }
}

/// <summary>Asks for one range.</summary>
/// <param name="Folder">The job's folder.</param>
/// <param name="ETag">The file's content.</param>
/// <param name="Label">What it is called: see <see cref="RangePlan.Label"/>.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="First">Where its first record starts, when that is known.</param>
/// <param name="Duplicates">How many records of the file repeat a key.</param>
internal sealed record RangeTask(string Folder, string ETag, string Label, long Start, long End, long? First, long Duplicates = 0);

/// <summary>The outcome of a range; statistics and rejects lie in its part blobs.</summary>
/// <param name="Label">As in the task.</param>
/// <param name="Start">As in the task.</param>
/// <param name="End">As in the task.</param>
/// <param name="First">Where its first record starts.</param>
/// <param name="Next">Where the first record behind it starts.</param>
/// <param name="Rows">Its records.</param>
/// <param name="Lines">The physical lines they take.</param>
/// <param name="Accepted">How many of them are in the output.</param>
/// <param name="Blocks">The blocks that were staged.</param>
/// <param name="OutputBytes">Their size.</param>
/// <param name="ReadBytes">Bytes asked of storage.</param>
/// <param name="Reads">Requests for them.</param>
/// <param name="BusyMilliseconds">How long it took.</param>
/// <param name="Comments">Comment lines between its records.</param>
/// <param name="Proof">The bytes that were read; null when nobody is to prove them.</param>
internal sealed record RangeOutcome(
    string Label, long Start, long End, long First, long Next, long Rows, long Lines, long Accepted,
    int Blocks, long OutputBytes, long ReadBytes, int Reads, long BusyMilliseconds = 0, long Comments = 0, RangeProof? Proof = null)
{
    /// <summary>The number of its records in the rejects.</summary>
    [JsonIgnore]
    public long Rejected => Rows - Accepted;
}

/// <summary>The bytes of a range's records.</summary>
/// <param name="Hash">Their hash, from the range's first record to the first behind it; of what is packed that of the whole file.</param>
/// <param name="FirstRecord">Where the first record starts.</param>
/// <param name="LastRecord">Where the last record starts.</param>
internal sealed record RangeProof(string Hash, long FirstRecord, long LastRecord);

/// <summary>Asks to merge the results of ranges that lie side by side into those of the folds before.</summary>
/// <param name="Folder">The job's folder.</param>
/// <param name="ETag">The file's content.</param>
/// <param name="Fold">The fold's number, from 1.</param>
/// <param name="Ranges">The ranges in order.</param>
internal sealed record FoldTask(string Folder, string ETag, int Fold, IReadOnlyList<FoldRange> Ranges);

/// <summary>One range of a fold.</summary>
/// <param name="Label">As in its task.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="First">Where its first record starts.</param>
/// <param name="RowsBefore">Records before it.</param>
/// <param name="LinesBefore">Physical lines before it.</param>
/// <param name="Rows">Its records.</param>
/// <param name="Rejected">Its records in the rejects.</param>
/// <param name="Blocks">The blocks that it staged.</param>
/// <param name="Next">Where the first record behind it starts.</param>
/// <param name="Proof">The bytes that were read.</param>
internal sealed record FoldRange(
    string Label, long Start, long End, long First, long RowsBefore, long LinesBefore, long Rows, long Rejected, int Blocks,
    long Next = 0, RangeProof? Proof = null)
{
    /// <summary>An outcome whose place is known.</summary>
    public static FoldRange Of(RangeOutcome outcome, long rowsBefore, long linesBefore) => new(
        outcome.Label, outcome.Start, outcome.End, outcome.First, rowsBefore, linesBefore, outcome.Rows, outcome.Rejected, outcome.Blocks,
        outcome.Next, outcome.Proof);
}

/// <summary>Asks to make the output visible.</summary>
/// <param name="Job">The job.</param>
/// <param name="Shape">The file.</param>
/// <param name="Folds">How many folds there are.</param>
/// <param name="StartedAt">When the work began.</param>
/// <param name="Totals">What was counted.</param>
/// <param name="Round">How many times a table has refused records.</param>
internal sealed record CommitTask(
    CsvJobInput Job, FileShape Shape, int Folds, DateTime StartedAt, JobTotals Totals, int Round = 0);

/// <summary>The outcome of a commit.</summary>
/// <param name="Total">Records.</param>
/// <param name="Accepted">Records in the output.</param>
/// <param name="Rejected">Records in the rejects.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="Refused">How many of the accepted records the table refuses; with any, nothing was made visible.</param>
internal sealed record CommitOutcome(long Total, long Accepted, long Rejected, IReadOnlyList<string> Outputs, long Refused = 0);

/// <summary>Asks to make the rejects of the folds so far visible.</summary>
internal sealed record RejectsTask(string Folder, int Folds);

/// <summary>Asks to record that a job failed.</summary>
/// <param name="Folder">The job's folder.</param>
/// <param name="Error">Why.</param>
/// <param name="ETag">The file's content; null when it was not inspected.</param>
internal sealed record FailTask(string Folder, string Error, string? ETag = null);

/// <summary>The answer of the orchestration.</summary>
internal sealed record CsvJobResult(long Total, long Accepted, long Rejected, IReadOnlyList<string> Outputs);
