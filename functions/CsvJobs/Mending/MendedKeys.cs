using System.Runtime.InteropServices;
using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Keys;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// The keys of mended records, compared with those of all others: a record that is in the output stays, and a mended one that repeats its
/// key is refused. The file is read once more for that, for schemas with keys only.
/// </summary>
internal sealed class MendedKeys : IAsyncDisposable
{
    private const int RunLength = 1 << 14;

    private readonly TableSchema _schema;
    private readonly RecordCleaner _cleaner;
    private readonly KeyRun _run;
    private readonly KeyWriter _writer;
    private readonly PendingBuffer _entries = new();
    private readonly Dictionary<(int Key, ulong High, ulong Low), long> _first = [];
    private readonly Dictionary<long, int> _repeated = [];
    private readonly HashSet<long> _replaced;

    /// <param name="index">What was mended before.</param>
    /// <param name="schema">The schema.</param>
    public MendedKeys(OutputIndex index, TableSchema schema)
    {
        _schema = schema;
        _cleaner = new RecordCleaner(schema, index.Plan.Output, index.Plan.Dialect);
        _run = new KeyRun(new KeySlots(schema.Keys.Count, 1), RunLength);
        _writer = new KeyWriter(schema, _run);
        _replaced = [.. index.Replaced];
    }

    /// <summary>The records that repeat a key, and which key of the schema.</summary>
    public IReadOnlyDictionary<long, int> Repeated => _repeated;

    /// <summary>Notes a record that is mended, or is to go. Those of one key keep the first.</summary>
    public void Add(long row, string? raw, RawRecords raws)
    {
        _replaced.Add(row);
        if (raw is null) return;
        using var reader = raws.TryRead(Encoding.UTF8.GetBytes(raw));
        if (reader is null) return;
        _writer.Position = row;
        _cleaner.TryClean(reader.Current, _writer, out _);
        if (_run.IsFull) Take(AddEntry);
    }

    /// <summary>Compares with what was mended before.</summary>
    /// <returns>Whether there is anything to compare.</returns>
    public bool Compare(IReadOnlyList<byte[]> before)
    {
        Take(AddEntry);
        foreach (var (key, entries) in before.Index())
        {
            for (var at = 0; at < entries.Length; at += KeyEntry.Length) CompareEntry(key, KeyEntry.Read(entries.AsSpan(at)));
        }

        return _first.Count > 0;
    }

    /// <summary>Compares with the records of the file.</summary>
    public async Task CompareAsync(RecordFeed feed, CancellationToken cancellationToken)
    {
        do
        {
            while (feed.TryRead())
            {
                var record = feed.Current;
                if (_replaced.Contains(record.Row)) continue;
                _writer.Position = record.Row;
                _cleaner.TryClean(record, _writer, out _);
                if (_run.IsFull) Take(CompareEntry);
            }
        }
        while (await feed.FillAsync(cancellationToken));
        Take(CompareEntry);
    }

    /// <summary>The entries that later rounds need.</summary>
    /// <param name="before">What was kept before.</param>
    /// <param name="isAccepted">Whether a mended record is in the output.</param>
    public IReadOnlyList<byte[]> Keep(IReadOnlyList<byte[]> before, Func<long, bool> isAccepted)
    {
        var kept = _schema.Keys.Select((_, key) => new List<byte>(key < before.Count ? before[key] : [])).ToList();
        var entry = new byte[KeyEntry.Length];
        foreach (var ((key, high, low), row) in _first.Where(f => isAccepted(f.Value)).OrderBy(f => f.Value))
        {
            new KeyEntry(high, low, row).Write(entry);
            kept[key].AddRange(entry);
        }

        return [.. kept.Select(k => k.ToArray())];
    }

    public ValueTask DisposeAsync()
    {
        _run.Dispose();
        return _writer.DisposeAsync();
    }

    private void AddEntry(int key, KeyEntry entry)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_first, (key, entry.High, entry.Low), out var exists);
        if (exists) Repeat(entry.Position, key);
        else first = entry.Position;
    }

    private void CompareEntry(int key, KeyEntry entry)
    {
        if (_first.TryGetValue((key, entry.High, entry.Low), out var row)) Repeat(row, key);
    }

    // Of several keys that it repeats, the schema's first counts.
    private void Repeat(long row, int key) => _repeated[row] = _repeated.TryGetValue(row, out var other) ? Math.Min(other, key) : key;

    private void Take(Action<int, KeyEntry> take)
    {
        _entries.Truncate(0);
        var at = 0;
        foreach (var (key, count) in _run.WriteTo(_entries).Index())
        {
            for (var i = 0; i < count; i++, at += KeyEntry.Length) take(key, KeyEntry.Read(_entries.Span[at..]));
        }
    }
}
