using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Keys;

/// <summary>
/// The blobs that a range's keys are written to: run for run the entries of all slots, and behind them the texts of those that need one.
/// Named by the first record, like all that a range writes.
/// </summary>
internal sealed class KeyOutput(JobFolder folder, RangeTask task, KeySlots slots, int keysInMemory) : IAsyncDisposable
{
    private const int BlockBytes = 1 << 20;

    // 48 KiB: five of them fill a chunk, and a block is at most one longer than its size.
    private const int Step = 2048;

    private readonly List<KeyCounts> _counts = [];
    private long _first = -1;
    private BlockStager? _blocks;
    private long _written;

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
        if (Run.Count == 0) return;
        _blocks ??= new BlockStager(
            folder.GetBlockPart(KeyParts.NameEntries(task.Start, _first)), n => BlockIds.OfRange(task.Start, _first, n), BlockBytes);
        var (counts, textBytes) = Run.Arrange();
        var written = new KeyCounts(task.Start, _first, _written, counts, textBytes);
        for (var at = 0; at < Run.Count; at += Step)
        {
            Run.WriteEntries(at, Step, _blocks.Writer);
            if (_blocks.IsFull) await _blocks.SendFullAsync(cancellationToken);
        }

        for (var at = 0; at < Run.Count && written.TotalTextBytes > 0; at += Step)
        {
            Run.WriteTexts(at, Step, _blocks.Writer);
            if (_blocks.IsFull) await _blocks.SendFullAsync(cancellationToken);
        }

        _counts.Add(written);
        _written += written.Length;
        Run.Clear();
    }

    /// <summary>Writes the rest. The counts come last: with them the range is whole.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        if (_blocks is null) return;
        await _blocks.CommitAsync(cancellationToken);
        using var content = new MemoryStream();
        foreach (var counts in _counts) await counts.WriteAsync(content, cancellationToken);
        content.Position = 0;
        await folder.GetPart(KeyParts.NameCounts(task.Start, _first)).UploadAsync(content, overwrite: true, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Run.Dispose();
        return _blocks?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
