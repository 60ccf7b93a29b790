using System.Runtime.InteropServices;

namespace Serverless.CsvJobs.Keys;

/// <summary>
/// Which keys lie where: for each run of a range's keys, how many each slot has. Written as 64-bit start, first and offset, then 32-bit
/// counts.
/// </summary>
/// <param name="Start">Where the range starts.</param>
/// <param name="First">Where its first record starts.</param>
/// <param name="Offset">Where the run starts in the range's blob of keys, in entries.</param>
/// <param name="Counts">Entries of each slot, which lie one slot behind the other.</param>
internal sealed record KeyCounts(long Start, long First, long Offset, int[] Counts)
{
    private const int HeaderLength = 24;

    /// <summary>All entries of the run.</summary>
    public long Total => Counts.Sum(c => (long)c);

    /// <summary>The position of a slot in the range's blob, in entries.</summary>
    public long OffsetOf(int slot) => Offset + Counts.Take(slot).Sum(c => (long)c);

    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        var bytes = new byte[HeaderLength + (Counts.Length * sizeof(int))];
        BitConverter.TryWriteBytes(bytes, Start);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), First);
        BitConverter.TryWriteBytes(bytes.AsSpan(16), Offset);
        MemoryMarshal.AsBytes(Counts.AsSpan()).CopyTo(bytes.AsSpan(HeaderLength));
        await target.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Reads all that was written to a stream.</summary>
    public static async IAsyncEnumerable<KeyCounts> ReadAsync(
        Stream source, int slots, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bytes = new byte[HeaderLength + (slots * sizeof(int))];
        while (true)
        {
            var read = await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            if (read == 0) yield break;
            if (read < bytes.Length) throw new EndOfStreamException("Counts of keys end within a run.");
            var counts = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(HeaderLength)).ToArray();
            yield return new KeyCounts(
                BitConverter.ToInt64(bytes), BitConverter.ToInt64(bytes, 8), BitConverter.ToInt64(bytes, 16), counts);
        }
    }
}
