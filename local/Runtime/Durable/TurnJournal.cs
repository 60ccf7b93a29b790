using System.IO.MemoryMappedFiles;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// Remembers beyond the death of the process which instances' code was running: a stack overflow, say, ends the host, and would end
/// the next one too. The mapped file is in the operating system's hands at once, so that noting a turn costs next to nothing.
/// </summary>
internal sealed class TurnJournal : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _slots;
    private readonly Stack<int> _free;
    private readonly Lock _gate = new();

    private TurnJournal(MemoryMappedFile file, MemoryMappedViewAccessor slots, int count, IReadOnlyList<long> dead)
    {
        (_file, _slots, Dead) = (file, slots, dead);
        _free = new Stack<int>(Enumerable.Range(0, count));
    }

    /// <summary>The keys of the instances whose code was running when the last process died.</summary>
    public IReadOnlyList<long> Dead { get; }

    /// <param name="path">The file; made if it is not there.</param>
    /// <param name="turns">How many turns there may be at once.</param>
    public static TurnJournal Open(string path, int turns)
    {
        var known = File.Exists(path) ? new FileInfo(path).Length / sizeof(long) : 0;
        var count = (int)Math.Max(known, turns);
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, count * sizeof(long));
        var slots = file.CreateViewAccessor();
        var dead = Enumerable.Range(0, count).Select(i => slots.ReadInt64(i * sizeof(long))).Where(key => key != 0).ToList();
        return new TurnJournal(file, slots, count, dead);
    }

    /// <summary>Forgets <see cref="Dead"/>, once it is noted elsewhere.</summary>
    public void Clear()
    {
        foreach (var slot in _free) _slots.Write(slot * sizeof(long), 0L);
    }

    public T Run<T>(long key, Func<T> turn)
    {
        int slot;
        lock (_gate) slot = _free.Pop();
        _slots.Write(slot * sizeof(long), key);
        try
        {
            return turn();
        }
        finally
        {
            _slots.Write(slot * sizeof(long), 0L);
            lock (_gate) _free.Push(slot);
        }
    }

    public void Dispose()
    {
        _slots.Dispose();
        _file.Dispose();
    }
}
