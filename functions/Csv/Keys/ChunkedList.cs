using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Serverless.CsvParsing;

namespace Serverless.Csv.Keys;

/// <summary>A list in <see cref="Chunks"/>: it grows without a copy.</summary>
/// <typeparam name="T">An item, without references.</typeparam>
internal sealed class ChunkedList<T> : IDisposable
    where T : unmanaged
{
    private readonly int _chunkBits = BitOperations.Log2((uint)(Chunks.Length / Unsafe.SizeOf<T>()));
    private readonly List<byte[]> _chunks = [];

    public int Count { get; private set; }

    // A cast of the chunk as a span is not compiled ahead of time, and keys would be slow until it is.
    public ref T this[int index] => ref Unsafe.Add(
        ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(_chunks[index >> _chunkBits])), index & ((1 << _chunkBits) - 1));

    public void Add(in T item)
    {
        if (Count >> _chunkBits == _chunks.Count) _chunks.Add(Chunks.Take());
        this[Count++] = item;
    }

    /// <summary>Forgets the items and keeps the memory.</summary>
    public void Clear() => Count = 0;

    public void Dispose()
    {
        foreach (var chunk in _chunks) Chunks.Return(chunk);
        _chunks.Clear();
        Count = 0;
    }
}
