using System.Buffers;

namespace Serverless.Csv.Keys;

/// <summary>A list in an array of the shared pool: megabytes of keys that come and go must not become garbage.</summary>
/// <param name="capacity">How many there will be, about: an array that is outgrown stays in the pool beside the larger one.</param>
internal sealed class PooledList<T>(int capacity) : IDisposable
    where T : struct
{
    private const int MinCapacity = 1024;

    private T[] _items = capacity == 0 ? [] : ArrayPool<T>.Shared.Rent(capacity);

    public int Count { get; private set; }

    public Span<T> Items => _items.AsSpan(0, Count);

    public void Add(in T item)
    {
        if (Count == _items.Length) Grow();
        _items[Count++] = item;
    }

    /// <summary>Forgets the items behind the first few.</summary>
    public void Truncate(int count) => Count = count;

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
