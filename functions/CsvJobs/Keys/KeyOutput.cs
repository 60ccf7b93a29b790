using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Keys;

/// <summary>The blobs that a range's keys are written to. Named by the first record, like all that a range writes.</summary>
internal sealed class KeyOutput(JobFolder folder, RangeTask task, KeySlots slots, int keysInMemory) : IAsyncDisposable
{
    private readonly List<KeyCounts> _counts = [];
    private long _first = -1;
    private long _written;
    private BlockStager? _entries;

    /// <summary>The keys at hand.</summary>
    public KeyRun Run { get; } = new(slots, keysInMemory);

    /// <summary>Runs written.</summary>
    public int Runs => _counts.Count;

    /// <param name="position">Where the record at hand starts.</param>
    public void Begin(long position)
    {
        if (_first < 0) _first = position;
    }

    /// <summary>Writes the run at hand.</summary>
    public async ValueTask StoreAsync(CancellationToken cancellationToken)
    {
        if (Run.IsEmpty) return;
        _entries ??= new BlockStager(
            folder.GetBlockPart(KeyParts.NameEntries(task.Start, _first)), n => BlockIds.OfRange(
                task.Start, _first, n), blockBytes: 1, expectedBytes: 0);
        var counts = new KeyCounts(task.Start, _first, _written, Run.WriteTo(_entries.Writer));
        _counts.Add(counts);
        _written += counts.Total;
        await _entries.SendFullAsync(cancellationToken);
    }

    /// <summary>Writes the rest. The counts come last: with them the range is whole.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        if (_entries is null) return;
        await _entries.CommitAsync(cancellationToken);
        using var content = new MemoryStream();
        foreach (var counts in _counts) await counts.WriteAsync(content, cancellationToken);
        content.Position = 0;
        await folder.GetPart(KeyParts.NameCounts(task.Start, _first)).UploadAsync(content, overwrite: true, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Run.Dispose();
        return _entries?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
