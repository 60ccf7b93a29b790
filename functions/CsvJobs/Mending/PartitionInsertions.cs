using Serverless.Csv.Output;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>Mended records of one partition, in ascending order, and their places once those of its other records are known.</summary>
/// <param name="partition">The partition's folder.</param>
internal sealed class PartitionInsertions(string partition) : IInsertions
{
    private readonly PendingBuffer _bytes = new(1024);
    private readonly List<Insertion> _all = [];

    public IReadOnlyList<Insertion> All => _all;

    /// <summary>The partition's folder.</summary>
    public string Partition => partition;

    /// <summary>The number of the last record.</summary>
    public long LastRow => _all[^1].Row;

    public ReadOnlySpan<byte> BytesOf(Insertion insertion) => _bytes.Span.Slice(insertion.Start, insertion.Length);

    /// <summary>Adds a record whose place is not known yet.</summary>
    public void Add(long row, ReadOnlySpan<byte> bytes)
    {
        _all.Add(new Insertion(-1, 0, row, _bytes.Length, bytes.Length));
        _bytes.Append(bytes);
    }

    /// <summary>Finds the block of each record.</summary>
    /// <param name="places">What was staged together, in ascending order; what lies behind the last belongs to it.</param>
    /// <returns>The blocks' numbers.</returns>
    public IEnumerable<int> FindBlocks(IReadOnlyList<IndexedRows> places)
    {
        var number = 0;
        for (var i = 0; i < _all.Count; i++)
        {
            while (number < places.Count - 1 && places[number].LastRow < _all[i].Row) number++;
            _all[i] = _all[i] with { Block = number };
        }

        return _all.Select(i => i.Block).Distinct();
    }

    /// <summary>Finds the places of the records of a block, and adds them to its list.</summary>
    /// <param name="number">The block.</param>
    /// <param name="rows">The numbers of its records, counted from where they were staged.</param>
    /// <param name="before">How many records of the file stand before that.</param>
    /// <returns>False when none comes into it.</returns>
    public bool Place(int number, List<long> rows, long before)
    {
        var own = 0;
        for (var i = 0; i < _all.Count; i++)
        {
            if (_all[i].Block != number) continue;
            var at = ~rows.BinarySearch(_all[i].Row - before);
            if (at < 0) throw new CsvJobException($"Record {_all[i].Row} is in the clean output already: nothing was changed.");
            rows.Insert(at, _all[i].Row - before);
            _all[i] = _all[i] with { Before = at - own++ };
        }

        return own > 0;
    }
}
