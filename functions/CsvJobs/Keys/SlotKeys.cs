using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Keys;

/// <summary>
/// The keys of a slot. Those of more than may be in memory are read in several passes, each of which takes the keys whose bits fall to it.
/// Texts are read only where two long keys share a hash: then each hash keeps the text of one key in memory, and the others are held
/// against it.
/// </summary>
/// <param name="folder">The job's folder.</param>
/// <param name="segments">Where the keys lie.</param>
/// <param name="keysInMemory">How many may be in memory.</param>
internal sealed class SlotKeys(JobFolder folder, IReadOnlyList<KeySegment> segments, int keysInMemory)
{
    private const int ParallelReads = 8;
    private const long TextBytesOfKey = 64;

    private readonly long _count = segments.Sum(s => (long)s.Count);

    /// <summary>The number of times that the slot is read.</summary>
    public int Passes { get; } = (int)Math.Max(
        DivideUp(segments.Sum(s => (long)s.Count), keysInMemory),
        DivideUp(segments.Sum(s => (long)s.TextBytes), keysInMemory * TextBytesOfKey));

    /// <summary>The keys of a pass, those and only those equal that are the same.</summary>
    public async Task<KeyBins> LoadAsync(int pass, CancellationToken cancellationToken)
    {
        // Hashes fall to the passes alike, if not exactly.
        var expected = Passes == 1 ? _count : _count / Passes * 17 / 16;
        var entries = new KeyBins((int)expected);
        try
        {
            await ReadEachAsync(segments, (s, token) => s.ReadAsync(folder, bytes => Take(bytes, pass, entries), token), cancellationToken);
            var shared = new HashSet<UInt128>();
            foreach (var bin in entries.All) SeparateShared(bin, shared);
            if (shared.Count > 0) await TellApartAsync(pass, shared, entries, cancellationToken);
            return entries;
        }
        catch
        {
            // Whoever asked for them does not get them, so nobody else gives their memory back.
            entries.Dispose();
            throw;
        }
    }

    private async Task TellApartAsync(
        int pass, HashSet<UInt128> shared, KeyBins entries, CancellationToken cancellationToken)
    {
        var texts = new KeyTexts();
        var withTexts = segments.Where(s => s.TextBytes > 0);
        await ReadEachAsync(withTexts, (s, token) => s.ReadTextsAsync(folder, TakeText, token), cancellationToken);

        void TakeText(KeyEntry entry, ReadOnlyMemory<byte> text)
        {
            if (!IsOf(pass, entry) || !shared.Contains(entry.Id)) return;
            lock (entries) entries.Add(texts.Add(entry, text.Span));
        }
    }

    private static Task ReadEachAsync(
        IEnumerable<KeySegment> segments, Func<KeySegment, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(segments, parallel, async (segment, token) => await read(segment, token));
    }

    private void Take(ReadOnlySpan<byte> bytes, int pass, KeyBins entries)
    {
        lock (entries)
        {
            for (; !bytes.IsEmpty; bytes = bytes[KeyEntry.Length..])
            {
                var entry = KeyEntry.Read(bytes);
                if (IsOf(pass, entry)) entries.Add(entry);
            }
        }
    }

    // Which slot a key is in, its other half decides.
    private bool IsOf(int pass, in KeyEntry entry) => entry.Low % (ulong)Passes == (ulong)pass;

    // Takes the entries out whose hash is that of another one.
    private static void SeparateShared(KeyBin bin, HashSet<UInt128> shared)
    {
        var items = bin.Items;
        items.Sort();
        var kept = 0;
        for (var i = 0; i < items.Length; i++)
        {
            var isShared = items[i].IsHashed && ((i > 0 && items[i].HasKeyOf(items[i - 1]))
                || (i + 1 < items.Length && items[i].HasKeyOf(items[i + 1])));
            if (isShared) shared.Add(items[i].Id);
            else items[kept++] = items[i];
        }

        bin.Truncate(kept);
    }

    private static long DivideUp(long total, long each) => (total + each - 1) / each;
}
