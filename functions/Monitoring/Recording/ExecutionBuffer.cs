using Azure.Data.Tables;
using Serverless.Monitoring.Store;

namespace Serverless.Monitoring.Recording;

/// <summary>
/// Executions that are not stored yet. Bounded: where storage does not keep up or does not answer, the newest are dropped, and counted. The
/// totals count them all the same.
/// </summary>
internal sealed class ExecutionBuffer(string instance)
{
    /// <summary>The most that wait: some 10 MB.</summary>
    public const int Capacity = 20_000;

    private readonly Lock _lock = new();
    private readonly Queue<TaskExecution> _waiting = new();
    private TableEntity? _pack;
    private int _packed;
    private long _packs;
    private long _dropped;

    /// <summary>Adds an execution.</summary>
    /// <returns>True when it is time to store some.</returns>
    public bool Add(TaskExecution execution)
    {
        lock (_lock)
        {
            if (_waiting.Count < Capacity) _waiting.Enqueue(execution);
            else _dropped++;
            return _waiting.Count >= Capacity / 4;
        }
    }

    /// <summary>
    /// The oldest, as the row to store; the same row until <see cref="Confirm"/> says that it is. Null when there are none.
    /// </summary>
    public TableEntity? Pack(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_pack is not null || _waiting.Count == 0) return _pack;
            var oldest = _waiting.Take(ExecutionPack.MaxCount).ToList();
            _packed = oldest.Count;
            return _pack = ExecutionPack.ToEntity(instance, _packs++, now, oldest);
        }
    }

    /// <summary>The pack is stored.</summary>
    public void Confirm()
    {
        lock (_lock)
        {
            for (; _packed > 0; _packed--) _waiting.Dequeue();
            _pack = null;
        }
    }

    /// <summary>Takes the number that was dropped since this was last asked.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);
}
