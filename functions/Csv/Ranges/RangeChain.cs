namespace Serverless.Csv.Ranges;

/// <summary>
/// Cuts a file into ranges, and proves by what their readings report that every record was read exactly once, from where it starts.
/// </summary>
/// <remarks>
/// Where the front range's first record starts is known. A reading whose <see cref="RangeResult.First"/> is its left neighbour's
/// <see cref="RangeResult.Next"/> is right if the neighbour's is; so agreement from the front on is proof. A range that disagrees with
/// a neighbour which itself agrees is read again from where the neighbour says. Pure and deterministic: fit for an orchestrator.
/// </remarks>
internal sealed class RangeChain
{
    private readonly List<OpenRange> _open;
    private readonly long _length;
    private readonly int _rangeBytes;
    private long _planned;
    private int _rereads;

    /// <summary>Starts a chain at a file's first record.</summary>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="firstRecord">Where the first record behind the header starts.</param>
    /// <param name="headerLines">The physical lines before it.</param>
    /// <param name="rangeBytes">The size of a range; even for UTF-16.</param>
    public RangeChain(long length, long firstRecord, long headerLines, int rangeBytes)
        : this(new RangeChainState(length, rangeBytes, firstRecord, firstRecord, 0, headerLines, 0, []))
    {
    }

    /// <summary>Goes on where another chain left off.</summary>
    public RangeChain(RangeChainState state)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(state.RangeBytes);
        _length = state.Length;
        _rangeBytes = state.RangeBytes;
        _planned = state.Planned;
        _rereads = state.Rereads;
        _open = [.. state.Open];
        Proven = state.Proven;
        Rows = state.Rows;
        Lines = state.Lines;
    }

    /// <summary>The state from which another chain can go on.</summary>
    public RangeChainState State => new(_length, _rangeBytes, _planned, Proven, Rows, Lines, _rereads, [.. _open]);

    /// <summary>Everything before this position is proven and folded.</summary>
    public long Proven { get; private set; }

    /// <summary>The records before <see cref="Proven"/>.</summary>
    public long Rows { get; private set; }

    /// <summary>The physical lines before <see cref="Proven"/>, the header's included.</summary>
    public long Lines { get; private set; }

    /// <summary>The readings that proved wrong so far.</summary>
    public int Rereads => _rereads;

    /// <summary>Every range is proven and folded.</summary>
    public bool IsComplete => _open.Count == 0 && _planned >= _length;

    /// <summary>The ranges that were handed out and have not come back.</summary>
    public IEnumerable<RangeRequest> InFlight => _open.Where(r => r.InFlight).Select(r => new RangeRequest(r.Range, r.First));

    /// <summary>Hands out what to read now, front first, so that at most <paramref name="parallel"/> are in flight.</summary>
    /// <param name="parallel">How many may be in flight.</param>
    /// <param name="window">How many may be planned and not proven: bounds the state while the front is slow.</param>
    public IReadOnlyList<RangeRequest> Start(int parallel, int window)
    {
        var started = new List<RangeRequest>();
        var room = parallel - _open.Count(r => r.InFlight);
        for (var i = 0; room > 0; i++)
        {
            if (i == _open.Count && !Plan(window)) break;

            Settle(i);
            var range = _open[i];
            if (range.InFlight || range.Result is not null) continue;

            _open[i] = range with { InFlight = true, First = FirstSeenFromTheLeft(i) };
            started.Add(new RangeRequest(range.Range, _open[i].First));
            room--;
        }

        return started;
    }

    /// <summary>Takes what a reading found.</summary>
    /// <exception cref="InvalidOperationException">No such range is in flight.</exception>
    public void Complete(RangeResult result)
    {
        var i = IndexInFlight(result.Range);
        _open[i] = _open[i] with { InFlight = false, Result = result };
    }

    /// <summary>
    /// Puts two halves in the place of a range that failed; false if they would be smaller than <paramref name="minimumBytes"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">No such range is in flight.</exception>
    public bool Split(ByteRange range, long minimumBytes)
    {
        var i = IndexInFlight(range);
        if (range.Length / 2 < Math.Max(minimumBytes, 2)) return false;

        // Even, as a code unit of UTF-16 cannot be cut.
        var middle = range.Start + (range.Length / 2 & ~1L);
        _open[i] = new OpenRange(range with { End = middle });
        _open.Insert(i + 1, new OpenRange(range with { Start = middle }));
        return true;
    }

    /// <summary>Takes the ranges off the front whose readings are proven, in file order; some may own nothing.</summary>
    public IReadOnlyList<ProvenRange> Fold()
    {
        for (var i = 0; i < _open.Count; i++) Settle(i);

        var proven = new List<ProvenRange>();
        foreach (var range in _open)
        {
            if (range.Result is not { } result || result.First != Proven) break;
            proven.Add(new ProvenRange(result, Rows, Lines));
            Proven = result.Next;
            Rows += result.Rows;
            Lines += result.Lines;
        }

        _open.RemoveRange(0, proven.Count);
        return proven;
    }

    private bool Plan(int window)
    {
        if (_open.Count >= window || _planned >= _length) return false;

        var end = Math.Min(_planned + _rangeBytes, _length);
        _open.Add(new OpenRange(new ByteRange(_planned, end)));
        _planned = end;
        return true;
    }

    /// <summary>Compares a range with its left neighbour: drops a result that is wrong, and fills in one that needs no reading.</summary>
    private void Settle(int i)
    {
        var range = _open[i];
        if (range.InFlight || FirstSeenFromTheLeft(i) is not { } first || range.Result?.First == first) return;

        if (range.Result is not null) _rereads++;
        var ownsNothing = first > range.Range.End || first >= _length;
        _open[i] = range with { First = first, Result = ownsNothing ? new RangeResult(range.Range, first, first, 0, 0) : null };
    }

    private long? FirstSeenFromTheLeft(int i)
    {
        if (i == 0) return Proven;
        // A neighbour that disagrees with its own, or whose own is not back yet, proves nothing.
        var left = _open[i - 1].Result;
        return left is not null && left.First == (i == 1 ? Proven : _open[i - 2].Result?.Next) ? left.Next : null;
    }

    private int IndexInFlight(ByteRange range)
    {
        var i = _open.FindIndex(r => r.InFlight && r.Range == range);
        return i >= 0 ? i : throw new InvalidOperationException($"The range {range.Start} to {range.End} is not in flight.");
    }
}
