using System.Runtime.InteropServices;
using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// The keys of mended records, compared with those of all others, and what they refer to: a record that is in the output stays, and a
/// mended one that repeats its key or refers to nothing is refused. The file is read once more for that, and those that are referred to,
/// for schemas with keys only. Records that were rejected because nothing stood where they refer to are revived when a mended one does.
/// </summary>
internal sealed class MendedKeys : IAsyncDisposable
{
    private const int RunLength = 1 << 14;

    // As many fit into memory beside what a round may bring; those left stay rejects until they are sent.
    private const int MaxRevivedBytes = 64 << 20;

    private readonly TableSchema _schema;
    private readonly RawRecords _raws;
    private readonly RecordCleaner _cleaner;
    private readonly KeyRun _run;
    private readonly KeyWriter _writer;
    private readonly KeptKeys _before;
    private readonly HashSet<long> _replaced;
    private readonly HashSet<long> _touched = [];
    private readonly HashSet<long> _rejectedBefore = [];
    private readonly List<KeyEntry>[] _added;
    private readonly Dictionary<KeyOfList, long> _owners = [];
    private readonly Dictionary<KeyOfList, List<long>> _refers = [];
    private readonly HashSet<KeyOfList> _provided = [];
    private readonly HashSet<KeyOfList> _found = [];
    private readonly Dictionary<long, string> _revived = [];
    private readonly Dictionary<long, int> _faulty = [];
    private int _revivedBytes;

    /// <param name="index">What was mended before.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="raws">Reads records.</param>
    /// <param name="maskKey">The key of masked values.</param>
    public MendedKeys(OutputIndex index, TableSchema schema, RawRecords raws, byte[]? maskKey)
    {
        _schema = schema;
        _raws = raws;
        _cleaner = new RecordCleaner(schema, index.Plan.Output, index.Plan.Dialect, maskKey);
        _run = new KeyRun(new KeySlots(schema.KeyLists, 1), RunLength);
        _writer = new KeyWriter(schema, _run, KeyHashing.Default);
        _before = new KeptKeys(index.Keys);
        _replaced = [.. index.Replaced];
        _added = [.. Enumerable.Range(0, schema.KeyLists).Select(_ => new List<KeyEntry>())];
    }

    /// <summary>The records that repeat a key or refer to nothing, and which of the schema's lists says so.</summary>
    public IReadOnlyDictionary<long, int> Faulty => _faulty;

    /// <summary>The records that are to be looked at again, with their texts.</summary>
    public IReadOnlyDictionary<long, string> Revived => _revived;

    private bool HasSelf => _schema.ForeignKeys.Any(k => k.IsSelf);

    /// <summary>Notes a reject.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="choice">What becomes of it; null when it stays as it is.</param>
    public void Add(long row, MendChoice? choice)
    {
        if (choice is null)
        {
            if (_replaced.Contains(row)) _rejectedBefore.Add(row);
            return;
        }

        _touched.Add(row);
        if (choice is { Raw: { } raw, Unknown: null }) AddRecord(row, raw, isTouched: true);
    }

    /// <summary>Compares with all other records.</summary>
    /// <param name="input">The file.</param>
    /// <param name="references">The files that it refers to.</param>
    /// <param name="rejects">The list of rejects.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task CompareAsync(
        MendInput input, ReferencedFileReader references, OwnRejects rejects, CancellationToken cancellationToken)
    {
        CompareBefore();
        if (HasSelf && _provided.Count > 0) await RecoverBeforeAsync(rejects, cancellationToken);
        if (_owners.Count > 0 || _provided.Count > 0 || _refers.Keys.Any(k => IsSelf(k.List)))
        {
            var revived = _revived.Count;
            await ReadAsync();

            // A revived record may refer to another, too, which stands before it.
            if (_revived.Count > revived && _schema.ForeignKeys.Count(k => k.IsSelf) > 1) await ReadAsync();
        }

        foreach (var (index, key) in _schema.ForeignKeys.Index())
        {
            if (key.IsSelf || !_refers.Keys.Any(r => r.List == ListOf(index))) continue;
            await references.ReadAsync(index, _run, Store, cancellationToken);
            Take(NoteFound);
        }

        foreach (var (key, rows) in _refers.Where(r => !_found.Contains(r.Key) && !_provided.Contains(r.Key)))
        {
            foreach (var row in rows) MarkFaulty(row, key.List);
        }

        Task ReadAsync() => input.ReadAsync(
            "The schema has keys, which are compared with the file",
            async feed =>
            {
                await using var list = await rejects.OpenAsync(cancellationToken);
                await CompareAsync(feed, list, cancellationToken);
            },
            cancellationToken);

        ValueTask Store(CancellationToken _)
        {
            Take(NoteFound);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>The entries that later rounds need: those of all records that are not as the file has them.</summary>
    public IReadOnlyList<byte[]> Keep() => [.. _added.Select((added, list) => _before.Keep(list, _touched, added))];

    /// <summary>The numbers of records that are not as the file has them.</summary>
    public IReadOnlyList<long> ListReplaced() => [.. _replaced.Union(_touched).Order()];

    public ValueTask DisposeAsync()
    {
        _run.Dispose();
        return _writer.DisposeAsync();
    }

    private int ListOf(int foreignKey) => _schema.Keys.Count + (2 * foreignKey);

    private bool IsUnique(int list) => list < _schema.Keys.Count;

    // Behind the list of what refers to others that of what is referred to follows.
    private bool IsReferenced(int list) => !IsUnique(list) && (list - _schema.Keys.Count) % 2 == 1;

    private bool IsSelf(int list) => !IsUnique(list) && _schema.ForeignKeys[(list - _schema.Keys.Count) / 2].IsSelf;

    private void AddRecord(long row, string raw, bool isTouched)
    {
        using var reader = _raws.TryRead(Encoding.UTF8.GetBytes(raw));
        if (reader is null) return;
        _writer.Position = row;
        _cleaner.TryClean(reader.Current, _writer, out _);
        Take((list, entry) => AddEntry(list, entry with { Position = row }, isTouched));
    }

    private void AddEntry(int list, KeyEntry entry, bool isTouched)
    {
        if (isTouched) _added[list].Add(entry);
        var key = new KeyOfList(list, entry);
        if (IsReferenced(list)) _provided.Add(key with { List = list - 1 });
        else if (!IsUnique(list)) RefersTo(key).Add(entry.Position);
        else ClaimKey(key, entry.Position);
    }

    // Of records with one key the first stays.
    private void ClaimKey(KeyOfList key, long row)
    {
        ref var owner = ref CollectionsMarshal.GetValueRefOrAddDefault(_owners, key, out var exists);
        if (exists) MarkFaulty(Math.Max(owner, row), key.List);
        owner = exists ? Math.Min(owner, row) : row;
    }

    private List<long> RefersTo(KeyOfList key) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_refers, key, out _) ??= [];

    private IEnumerable<KeyEntry> ListBefore(int list) => _before.List(list, _touched);

    private void CompareBefore()
    {
        for (var list = 0; list < _schema.KeyLists; list++)
        {
            foreach (var entry in ListBefore(list))
            {
                if (IsReferenced(list)) _found.Add(new KeyOfList(list - 1, entry));
                else if (IsUnique(list)) CompareUnique(list, entry, isRejected: _rejectedBefore.Contains(entry.Position));
            }
        }
    }

    private void CompareUnique(int list, KeyEntry other, bool isRejected)
    {
        if (!_owners.TryGetValue(new KeyOfList(list, other), out var row) || row == other.Position) return;
        if (!isRejected || other.Position < row) MarkFaulty(row, list);
        else MarkFaulty(other.Position, list);
    }

    // What was mended before and refers to what is there only now stands in the list as it was sent.
    private Task RecoverBeforeAsync(OwnRejects rejects, CancellationToken cancellationToken)
    {
        var rows = new HashSet<long>();
        for (var list = _schema.Keys.Count; list < _schema.KeyLists; list += 2)
        {
            rows.UnionWith(ListBefore(list).Where(e => _provided.Contains(new KeyOfList(list, e)) && _rejectedBefore.Contains(e.Position))
                .Select(e => e.Position));
        }

        // The list does not have their masked values.
        return rows.Count == 0 || _schema.Fields.Any(f => f.Mask is not null)
            ? Task.CompletedTask
            : rejects.VisitAsync(
                reject =>
                {
                    if (rows.Contains(reject.Row) && reject.Fault.Code == ErrorCodes.ForeignKey) Recover(reject.Row, reject.Raw);
                },
                cancellationToken);
    }

    private void Recover(long row, string raw)
    {
        if (_revivedBytes + raw.Length > MaxRevivedBytes || !_revived.TryAdd(row, raw)) return;
        _revivedBytes += raw.Length;
        AddRecord(row, raw, isTouched: false);
    }

    private async Task CompareAsync(RecordFeed feed, Stream list, CancellationToken cancellationToken)
    {
        using var rejects = new RejectReader(list);
        var isAtReject = await MoveAsync(rejects, cancellationToken);
        do
        {
            while (feed.TryRead())
            {
                var row = feed.Current.Row;
                while (isAtReject && rejects.Row < row) isAtReject = await MoveAsync(rejects, cancellationToken);
                if (_replaced.Contains(row) || _touched.Contains(row)) continue;
                var isRejected = isAtReject && rejects.Row == row;
                if (isRejected && _provided.Count > 0 && rejects.Fault.Code == ErrorCodes.ForeignKey) RecoverIfProvided(feed, row);

                // What is no part of the output is told by its sign.
                _writer.Position = isRejected ? ~row : row;
                _cleaner.TryClean(feed.Current, _writer, out _);
                if (_run.IsFull) Take(CompareEntry);
            }
        }
        while (await feed.FillAsync(cancellationToken));
        Take(CompareEntry);
    }

    private void RecoverIfProvided(RecordFeed feed, long row)
    {
        Take(CompareEntry);
        _writer.Position = row;
        _cleaner.TryClean(feed.Current, _writer, out _);
        var isProvided = false;
        Take((list, entry) => isProvided |= _provided.Contains(new KeyOfList(list, entry)));
        if (isProvided) Recover(row, Encoding.UTF8.GetString(feed.Current.Raw));
    }

    private static async ValueTask<bool> MoveAsync(RejectReader rejects, CancellationToken cancellationToken)
    {
        while (!rejects.TryRead())
        {
            if (!await rejects.FillAsync(cancellationToken)) return false;
        }

        return true;
    }

    private void CompareEntry(int list, KeyEntry entry)
    {
        if (IsReferenced(list)) NoteFound(list, entry);
        else if (IsUnique(list) && entry.Position < 0) CompareUnique(list, entry with { Position = ~entry.Position }, isRejected: true);
        else if (IsUnique(list)) CompareUnique(list, entry, isRejected: false);
    }

    private void NoteFound(int list, KeyEntry entry)
    {
        if (new KeyOfList(list - 1, entry) is var key && _refers.ContainsKey(key)) _found.Add(key);
    }

    // Of several faults the schema's first counts.
    private void MarkFaulty(long row, int list) => _faulty[row] = _faulty.TryGetValue(row, out var other) ? Math.Min(other, list) : list;

    private void Take(Action<int, KeyEntry> take)
    {
        for (var list = 0; list < _schema.KeyLists; list++)
        {
            for (var i = 0; i < _run.Count; i++)
            {
                if (_run[i].Key == list) take(list, _run[i].Entry);
            }
        }

        _run.Clear();
    }
}
