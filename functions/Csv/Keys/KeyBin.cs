using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Serverless.CsvParsing;

namespace Serverless.Csv.Keys;

/// <summary>
/// Some keys in one piece, so that they can be sorted: a chunk, or a larger array where one key stands in very many records.
/// </summary>
internal sealed class KeyBin : IDisposable
{
    /// <summary>The keys that a chunk has room for.</summary>
    public const int Capacity = Chunks.Length / KeyEntry.Length;

    private byte[] _bytes = [];

    public int Count { get; private set; }

    public Span<KeyEntry> Items => MemoryMarshal.Cast<byte, KeyEntry>(_bytes.AsSpan())[..Count];

    public void Add(in KeyEntry entry)
    {
        if ((Count + 1) * KeyEntry.Length > _bytes.Length) Grow();

        // A cast as a span is not compiled ahead of time, and keys would be slow until it is.
        Unsafe.Add(ref Unsafe.As<byte, KeyEntry>(ref MemoryMarshal.GetArrayDataReference(_bytes)), Count++) = entry;
    }

    /// <summary>Forgets the keys behind the first few.</summary>
    public void Truncate(int count) => Count = count;

    public void Dispose()
    {
        Release();
        _bytes = [];
        Count = 0;
    }

    private void Grow()
    {
        var larger = Count == 0 ? Chunks.Take() : new byte[checked(2 * _bytes.Length)];
        _bytes.CopyTo(larger, 0);
        Release();
        _bytes = larger;
    }

    // An array of another size is none of the pool's.
    private void Release()
    {
        if (_bytes.Length == Chunks.Length) Chunks.Return(_bytes);
    }
}
