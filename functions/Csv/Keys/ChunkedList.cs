using System.Buffers;

namespace Serverless.Csv.Keys;

/// <summary>
/// A list in arrays of the shared pool, all of one size: it grows without a copy, and leaves no smaller arrays behind in the pool.
/// </summary>
internal sealed class ChunkedList<T> : IDisposable
    where T : struct
{
    private const int ChunkBits = 12;
    private const int ChunkLength = 1 << ChunkBits;

    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    public ref T this[int index] => ref _chunks[index >> ChunkBits][index & (ChunkLength - 1)];

    public void Add(in T item)
    {
        if (Count >> ChunkBits == _chunks.Count) _chunks.Add(ArrayPool<T>.Shared.Rent(ChunkLength));
        this[Count++] = item;
    }

    /// <summary>Forgets the items and keeps the arrays.</summary>
    public void Clear() => Count = 0;

    public void Dispose()
    {
        foreach (var chunk in _chunks) ArrayPool<T>.Shared.Return(chunk);
        _chunks.Clear();
        Count = 0;
    }
}
