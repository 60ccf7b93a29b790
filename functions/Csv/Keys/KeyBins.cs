using System.Numerics;

namespace Serverless.Csv.Keys;

/// <summary>
/// Keys by bits of theirs, so that equal ones are in one bin, and each bin is small enough to be sorted in the processor's cache.
/// </summary>
/// <param name="expected">How many there will be, about.</param>
internal sealed class KeyBins(int expected) : IDisposable
{
    // Three quarters of a chunk: the bins are not all equally full.
    private const int KeysPerBin = KeyBin.Capacity / 4 * 3;

    private readonly KeyBin[] _bins = Create(expected);

    /// <summary>The keys together.</summary>
    public int Count => _bins.Sum(b => b.Count);

    /// <summary>The bins.</summary>
    public IReadOnlyList<KeyBin> All => _bins;

    /// <summary>Adds a key.</summary>
    // Slots and passes go by the lowest bits of either half.
    public void Add(in KeyEntry entry) => _bins[(int)(entry.Low >> 32) & (_bins.Length - 1)].Add(entry);

    public void Dispose()
    {
        foreach (var bin in _bins) bin.Dispose();
    }

    private static KeyBin[] Create(int expected)
    {
        var count = BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (expected + KeysPerBin - 1) / KeysPerBin));
        return [.. Enumerable.Range(0, (int)count).Select(_ => new KeyBin())];
    }
}
