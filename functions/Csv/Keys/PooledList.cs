using System.Buffers;

namespace Serverless.Csv.Keys;

/// <summary>A list in an array of the shared pool: megabytes of keys that come and go must not become garbage.</summary>
internal sealed class PooledList<T> : IDisposable
    where T : struct
{
    private const int MinCapacity = 1024;

    private T[] _items = [];

    public int Count { get; private set; }

    public Span<T> Items => _items.AsSpan(0, Count);

    public void Add(in T item)
    {
        if (Count == _items.Length) Grow();
        _items[Count++] = item;
    }

    public void Clear() => Count = 0;

    public void Dispose()
    {
        Release();
        _items = [];
        Count = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(MinCapacity, 2 * Count));
        Items.CopyTo(larger);
        Release();
        _items = larger;
    }

    private void Release()
    {
        if (_items.Length > 0) ArrayPool<T>.Shared.Return(_items);
    }
}
