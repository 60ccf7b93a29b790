using System.Globalization;
using System.Text;
using Serverless.Csv.Ranges;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// The ranges of a job between two folds: hands them out, takes their outcomes in, and keeps those whose place the chain has proven.
/// Without a clock and without I/O, so that an orchestrator can replay it.
/// </summary>
internal sealed class RangeLedger
{
    private readonly RangeChain _chain;
    private readonly FileShape _shape;
    private readonly JobTotals _before;
    private readonly string _folder;
    private readonly long _duplicates;
    private readonly Dictionary<(long Start, long First), RangeOutcome> _open = [];
    private readonly List<(RangeOutcome Outcome, long RowsBefore, long LinesBefore)> _proven = [];
    private int _started;
    private long _readBytes;
    private int _reads;
    private long _busy;

    /// <summary>Goes on where the last fold ended.</summary>
    public RangeLedger(CsvJobRun run, FileShape shape)
    {
        _shape = shape;
        MaxParallel = shape.MaxParallel;
        _before = run.Totals;
        _folder = run.Job.Folder;
        _duplicates = run.Duplicates ?? 0;
        _chain = run.Chain is null
            ? new RangeChain(shape.Size, shape.DataStart, shape.HeaderLines, shape.ChunkBytes) : new RangeChain(run.Chain);
        foreach (var outcome in run.Open) _open[(outcome.Start, outcome.First)] = outcome;
        Fold();
    }

    /// <summary>The number of ranges that may be in flight.</summary>
    public int MaxParallel { get; set; }

    /// <summary>Every range of the file is proven.</summary>
    public bool IsComplete => _chain.IsComplete;

    /// <summary>The state from which the next fold starts.</summary>
    public RangeChainState Chain => _chain.State;

    /// <summary>Outcomes whose place is not proven yet.</summary>
    public IReadOnlyList<RangeOutcome> Open => [.. _open.Values.OrderBy(o => o.Start)];

    /// <summary>The ranges for the fold at hand, in order.</summary>
    public IReadOnlyList<FoldRange> ToFold() =>
        [.. _proven.Select(p => FoldRange.Of(p.Outcome, p.RowsBefore, p.LinesBefore))];

    /// <summary>Takes the ranges to read now; none once the fold has its number of ranges.</summary>
    public IEnumerable<RangeTask> Start()
    {
        var room = _shape.RangesPerFold - _started;
        if (room <= 0) return [];
        var requests = _chain.Start(
            Math.Min(MaxParallel, _chain.InFlight.Count() + room), Math.Max(_shape.RangesPerFold, MaxParallel));
        _started += requests.Count;
        return requests.Select(
            r => new RangeTask(
                _folder, _shape.ETag, RangePlan.Label(_shape, r.Range.Start), r.Range.Start, r.Range.End, r.First, _duplicates));
    }

    /// <summary>Takes a range's outcome in.</summary>
    public void Complete(RangeOutcome outcome)
    {
        _readBytes += outcome.ReadBytes;
        _reads += outcome.Reads;
        _busy += outcome.BusyMilliseconds;
        _open[(outcome.Start, outcome.First)] = outcome;
        _chain.Complete(
            new RangeResult(new ByteRange(outcome.Start, outcome.End), outcome.First, outcome.Next, outcome.Rows, outcome.Lines));
        Fold();
    }

    /// <summary>Replaces a range that failed by its halves. False: they would be too small.</summary>
    public bool TrySplit(RangeTask task) => _chain.Split(new ByteRange(task.Start, task.End), _shape.MinChunkBytes);

    /// <summary>The proven counts so far, over all folds.</summary>
    public JobTotals GetTotals() => new(
        _before.Rows + _proven.Sum(p => p.Outcome.Rows),
        _before.Accepted + _proven.Sum(p => p.Outcome.Accepted),
        _before.Rejected + _proven.Sum(p => p.Outcome.Rejected),
        _before.Ranges + _proven.Count,
        _chain.Rereads,
        _before.ReadBytes + _readBytes,
        _before.Reads + _reads,
        _before.OutputBytes + _proven.Sum(p => p.Outcome.OutputBytes),
        _before.BusyMilliseconds + _busy,
        _before.Comments + _proven.Sum(p => p.Outcome.Comments));

    /// <summary>Bytes of the file behind what is proven.</summary>
    public long RemainingBytes => Math.Max(0, _shape.Size - _chain.Proven);

    /// <summary>The counts of all that was read, proven or not: for progress.</summary>
    public (int Ranges, int Total, long Rows, long Rejected, long Bytes) CountProgress()
    {
        var open = _chain.State.Open;
        var done = open.Where(o => o.Result is not null).ToList();
        var totals = GetTotals();
        var bytes = (open.Count > 0 ? open[0].Range.Start : _chain.State.Planned) - _shape.DataStart + done.Sum(o => o.Range.Length);
        return (
            totals.Ranges + done.Count,
            totals.Ranges + open.Count + RangePlan.Count(_shape, _chain.State.Planned),
            totals.Rows + done.Sum(o => o.Result!.Rows),
            totals.Rejected + _open.Values.Sum(o => o.Rejected),
            Math.Clamp(bytes + _shape.DataStart, 0, _shape.Size));
    }

    /// <summary>The ranges' states in the order of the file; see <see cref="CsvJobProgress"/>.</summary>
    public string Strip()
    {
        // With many in flight states alternate; a custom status has room for thousands of letters, and this stays below.
        const int MaxRuns = 500;
        var states = _chain.State.Open.Select(o => o.Result is not null ? 'd' : o.InFlight ? 'r' : 'w')
            .Concat(Enumerable.Repeat('w', RangePlan.Count(_shape, _chain.State.Planned)));
        var strip = new StringBuilder();
        var (runs, last, count) = (0, 'p', GetTotals().Ranges);
        foreach (var state in states)
        {
            if (state == last || runs == MaxRuns)
            {
                count++;
                continue;
            }

            Append();
            (last, count) = (state, 1);
        }

        Append();
        return strip.ToString();

        void Append()
        {
            if (count > 0) strip.Append(CultureInfo.InvariantCulture, $"{last}{count}");
            runs++;
        }
    }

    private void Fold()
    {
        foreach (var range in _chain.Fold())
        {
            // Nothing was read, and nothing is to be folded, where one record reaches over a whole range.
            if (!_open.Remove((range.Result.Range.Start, range.Result.First), out var outcome)) continue;
            _proven.Add((outcome, range.RowsBefore, range.LinesBefore));
        }

        // An outcome that the chain has dropped was read from a wrong position.
        var kept = _chain.State.Open.Where(o => o.Result is not null).Select(o => (o.Range.Start, o.Result!.First)).ToHashSet();
        foreach (var key in _open.Keys.Where(k => !kept.Contains(k)).ToList()) _open.Remove(key);
    }
}
