using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Serverless.Csv.Keys;

namespace Serverless.CsvJobs.Keys;

/// <summary>
/// Which keys lie where: for each run of a range's keys, how many each slot has. Written as 64-bit start, first and offset, then 32-bit
/// counts and sizes of texts.
/// </summary>
/// <param name="Start">Where the range starts.</param>
/// <param name="First">Where its first record starts.</param>
/// <param name="Offset">Where the run starts in the range's blob of keys, in bytes.</param>
/// <param name="Counts">Entries of each slot, which lie one slot behind the other.</param>
/// <param name="TextBytes">The bytes of each slot's texts, which lie behind all entries of the run in the same order.</param>
internal sealed record KeyCounts(long Start, long First, long Offset, int[] Counts, int[] TextBytes)
{
    private const int HeaderLength = 24;

    /// <summary>The bytes of all texts.</summary>
    public long TotalTextBytes => TextBytes.Sum(b => (long)b);

    /// <summary>The bytes of the run.</summary>
    public long Length => EntryBytes + TotalTextBytes;

    private long EntryBytes => Counts.Sum(c => (long)c) * KeyEntry.Length;

    /// <summary>The keys of some slots, one behind the other.</summary>
    public IEnumerable<KeySegment> ListSegments(int firstSlot, int slots)
    {
        var entries = Offset + (Counts.Take(firstSlot).Sum(c => (long)c) * KeyEntry.Length);
        var texts = Offset + EntryBytes + TextBytes.Take(firstSlot).Sum(b => (long)b);
        for (var slot = firstSlot; slot < firstSlot + slots; slot++)
        {
            yield return new KeySegment(Start, First, entries, Counts[slot], texts, TextBytes[slot]);
            entries += (long)Counts[slot] * KeyEntry.Length;
            texts += TextBytes[slot];
        }
    }

    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        var bytes = new byte[LengthOf(Counts.Length)];
        BitConverter.TryWriteBytes(bytes, Start);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), First);
        BitConverter.TryWriteBytes(bytes.AsSpan(16), Offset);
        MemoryMarshal.AsBytes(Counts.AsSpan()).CopyTo(bytes.AsSpan(HeaderLength));
        MemoryMarshal.AsBytes(TextBytes.AsSpan()).CopyTo(bytes.AsSpan(HeaderLength + (Counts.Length * sizeof(int))));
        await target.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Reads all that was written to a stream.</summary>
    public static async IAsyncEnumerable<KeyCounts> ReadAsync(
        Stream source, int slots, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bytes = new byte[LengthOf(slots)];
        while (true)
        {
            var read = await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            if (read == 0) yield break;
            if (read < bytes.Length) throw new EndOfStreamException("Counts of keys end within a run.");
            var numbers = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(HeaderLength));
            yield return new KeyCounts(
                BitConverter.ToInt64(bytes), BitConverter.ToInt64(bytes, 8), BitConverter.ToInt64(bytes, 16), numbers[..slots].ToArray(),
                numbers[slots..].ToArray());
        }
    }

    private static int LengthOf(int slots) => HeaderLength + (2 * slots * sizeof(int));
}
