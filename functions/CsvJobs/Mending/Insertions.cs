using Serverless.Csv.Output;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// Finds the place of mended records in the clean output. Of a block it is known which records of the file it covers: all of them but those
/// that were rejected or dropped are in it, in order. Told all of those in ascending order.
/// </summary>
internal sealed class Insertions(IReadOnlyList<IndexedBlock> blocks, IReadOnlyList<long> dropped) : IInsertions
{
    private readonly PendingBuffer _bytes = new();
    private readonly List<Insertion> _all = [];
    private int _dropped;
    private int _block;
    private long _missing;
    private long _blockStart;

    public IReadOnlyList<Insertion> All => _all;

    public ReadOnlySpan<byte> BytesOf(Insertion insertion) => _bytes.Span.Slice(insertion.Start, insertion.Length);

    /// <summary>The number of bytes to be inserted.</summary>
    public int Length => _bytes.Length;

    /// <summary>Passes over a record that is not in the output.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="bytes">What it is to be there from now on; empty when it stays away.</param>
    public void Pass(long row, ReadOnlySpan<byte> bytes)
    {
        while (_dropped < dropped.Count && dropped[_dropped] < row) MissAt(dropped[_dropped++]);
        MissAt(row);
        if (bytes.IsEmpty) return;
        _all.Add(new Insertion(_block, row - _missing - _blockStart, row, _bytes.Length, bytes.Length));
        _bytes.Append(bytes);
    }

    private void MissAt(long row)
    {
        for (; _block < blocks.Count - 1 && row > blocks[_block].LastRow; _block++) _blockStart = blocks[_block].LastRow - _missing;
        _missing++;
    }
}

/// <summary>A record that comes into a block.</summary>
/// <param name="Block">The block's place.</param>
/// <param name="Before">How many of the block's records stand before it.</param>
/// <param name="Row">The record's number in the file.</param>
/// <param name="Start">Where its bytes start.</param>
/// <param name="Length">How many there are.</param>
internal sealed record Insertion(int Block, long Before, long Row, int Start, int Length);
