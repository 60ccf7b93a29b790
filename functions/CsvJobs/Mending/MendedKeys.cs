using System.Runtime.InteropServices;
using System.Text;
using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// The keys of mended records, compared with those of all others, and what they refer to: a record that is in the output stays, and a
/// mended one that repeats its key or refers to nothing is refused. The file is read once more for that, and those that are referred to,
/// for schemas with keys only. Rejects whose fault is one of keys are revived where a key that they have is another one's, or no longer.
/// </summary>
/// <param name="index">What was mended before.</param>
/// <param name="schema">The schema.</param>
/// <param name="raws">Reads records.</param>
/// <param name="reading">Reads their keys.</param>
/// <param name="findings">Receives what is found.</param>
internal sealed class MendedKeys(
    OutputIndex index, TableSchema schema, RawRecords raws, KeyReading reading, MendFindings findings)
{
    private readonly KeptKeys _before = new(index);
    private readonly HashSet<long> _replaced = [.. index.Replaced];
    private readonly HashSet<long> _touched = [];
    private readonly HashSet<long> _rejectedBefore = [];
    private readonly List<StoredKey>[] _added = [.. Enumerable.Range(0, schema.KeyLists).Select(_ => new List<StoredKey>())];

    // The keys that records had or have which become others: what repeats one of them, or refers to it, may be judged otherwise now.
    private readonly HashSet<KeyOfList> _changed = [];
    private readonly Dictionary<KeyOfList, long> _owners = [];
    private readonly Dictionary<KeyOfList, List<long>> _refers = [];
    private readonly HashSet<KeyOfList> _provided = [];
    private readonly HashSet<KeyOfList> _found = [];

    private bool HasMasks => index.Plan.HasMasks;

    /// <summary>Notes a reject.</summary>
    /// <param name="reject">Stands on the reject.</param>
    /// <param name="choice">What becomes of it; null when it stays as it is.</param>
    public void Add(RejectReader reject, MendChoice? choice)
    {
        var row = reject.Row;
        if (choice is null)
        {
            if (_replaced.Contains(row)) _rejectedBefore.Add(row);
            return;
        }

        _touched.Add(row);

        // What earlier rounds have sent is kept, and of masked values only the file knows.
        if (!_replaced.Contains(row) && !HasMasks) ReadOld(row, reject.Raw);
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
        await ReadOldAsync(input, cancellationToken);
        await RecoverAsync(input, rejects, cancellationToken);
        CompareBefore();
        if (_owners.Count > 0 || _refers.Keys.Any(k => IsSelf(k.List)))
        {
            await input.ReadAsync(
                "The schema has keys, which are compared with the file",
                async feed =>
                {
                    await using var list = await rejects.OpenAsync(cancellationToken);
                    await CompareAsync(feed, list, cancellationToken);
                },
                cancellationToken);
        }

        foreach (var (foreign, key) in schema.ForeignKeys.Index())
        {
            if (key.IsSelf || !_refers.Keys.Any(r => r.List == ListOf(foreign))) continue;
            await references.ReadAsync(foreign, reading.Run, Store, cancellationToken);
            reading.Compare(NoteFound);
        }

        foreach (var (key, rows) in _refers.Where(r => !_found.Contains(r.Key) && !_provided.Contains(r.Key)))
        {
            foreach (var row in rows) findings.MarkFaulty(row, key.List);
        }

        ValueTask Store(CancellationToken _)
        {
            reading.Compare(NoteFound);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>The keys that later rounds need: those of all records that are not as the file has them.</summary>
    public IReadOnlyList<(byte[] Entries, byte[] Texts)> Keep() =>
        [.. _added.Select((added, list) => KeptKeys.Write(ListBefore(list).Concat(added)))];

    /// <summary>The numbers of records that are not as the file has them.</summary>
    public IReadOnlyList<long> ListReplaced() => [.. _replaced.Union(_touched).Order()];

    private int ListOf(int foreignKey) => schema.Keys.Count + (2 * foreignKey);

    private bool IsUnique(int list) => list < schema.Keys.Count;

    // Behind the list of what refers to others that of what is referred to follows.
    private bool IsReferenced(int list) => !IsUnique(list) && (list - schema.Keys.Count) % 2 == 1;

    private bool IsSelf(int list) => !IsUnique(list) && schema.ForeignKeys[(list - schema.Keys.Count) / 2].IsSelf;

    private IEnumerable<StoredKey> ListBefore(int list) => _before.List(list).Where(k => !_touched.Contains(k.Entry.Position));

    private void ReadOld(long row, string raw)
    {
        if (!TryRead(row, raw)) return;
        reading.Note((int list, in KeyEntry key, StoredKey _) => NoteChanged(list, key));
    }

    private async Task ReadOldAsync(MendInput input, CancellationToken cancellationToken)
    {
        for (var list = 0; list < schema.KeyLists; list++)
        {
            foreach (var stored in _before.List(list).Where(k => _touched.Contains(k.Entry.Position)))
                NoteChanged(list, reading.Note(stored));
        }

        var rows = _touched.Where(row => !_replaced.Contains(row)).ToHashSet();
        if (!HasMasks || rows.Count == 0) return;
        await input.ReadAsync("The keys of masked records are those of the file", rows, Take, cancellationToken);

        void Take(long row, in CsvRecord record)
        {
            reading.Read(record, row);
            reading.Note((int list, in KeyEntry key, StoredKey _) => NoteChanged(list, key));
        }
    }

    private void NoteChanged(int list, in KeyEntry key)
    {
        if (IsUnique(list)) _changed.Add(new KeyOfList(list, key));
        else if (IsReferenced(list)) _changed.Add(new KeyOfList(list - 1, key));
    }

    private bool TryRead(long row, string raw)
    {
        using var reader = raws.TryRead(Encoding.UTF8.GetBytes(raw));
        if (reader is null) return false;
        reading.Read(reader.Current, row);
        return true;
    }

    private void AddRecord(long row, string raw, bool isTouched)
    {
        if (TryRead(row, raw)) Note(row, isTouched);
    }

    private void Note(long row, bool isTouched) => reading.Note((int list, in KeyEntry key, StoredKey stored) =>
    {
        if (isTouched)
        {
            _added[list].Add(stored with { Entry = stored.Entry with { Position = row } });
            NoteChanged(list, key);
        }

        var known = new KeyOfList(list, key);
        if (IsReferenced(list)) _provided.Add(known with { List = list - 1 });
        else if (!IsUnique(list)) RefersTo(known).Add(row);
        else ClaimKey(known, row);
    });

    // Of records with one key the first stays.
    private void ClaimKey(KeyOfList key, long row)
    {
        ref var owner = ref CollectionsMarshal.GetValueRefOrAddDefault(_owners, key, out var exists);
        if (exists) findings.MarkFaulty(Math.Max(owner, row), key.List);
        owner = exists ? Math.Min(owner, row) : row;
    }

    private List<long> RefersTo(KeyOfList key) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_refers, key, out _) ??= [];

    private async Task RecoverAsync(MendInput input, OwnRejects rejects, CancellationToken cancellationToken)
    {
        if (_changed.Count == 0) return;
        var hidden = new HashSet<long>();
        await rejects.VisitAsync(
            reject =>
            {
                if (_touched.Contains(reject.Row) || !IsOfKeys(reject.Fault.Code)) return;

                // The list does not have masked values; of what was sent nobody has them.
                if (!HasMasks) Recover(reject.Row, reject.Raw);
                else if (!_replaced.Contains(reject.Row)) hidden.Add(reject.Row);
            },
            cancellationToken);
        if (hidden.Count == 0) return;
        await input.ReadAsync(
            "The keys of masked records are those of the file", hidden,
            (long row, in CsvRecord record) => Recover(row, Encoding.UTF8.GetString(record.Raw)), cancellationToken);
    }

    // One that breaks a sequence may repeat a key from now on, which is the fault that counts then.
    private static bool IsOfKeys(string code) =>
        code is ErrorCodes.UniqueError or ErrorCodes.PrimaryKey or ErrorCodes.ForeignKey or ErrorCodes.SequentialValue;

    private void Recover(long row, string raw)
    {
        if (!TryRead(row, raw)) return;
        var isConcerned = false;
        reading.Compare((int list, in KeyEntry key) => isConcerned |= _changed.Contains(new KeyOfList(list, key)));
        if (isConcerned && findings.TryRevive(row, raw)) AddRecord(row, raw, isTouched: false);
    }

    private void CompareBefore()
    {
        for (var list = 0; list < schema.KeyLists; list++)
        {
            foreach (var stored in ListBefore(list))
            {
                if (reading.Find(stored) is not { } key) continue;
                if (IsReferenced(list)) NoteFound(list, key);
                else if (IsUnique(list)) CompareUnique(list, key, isRejected: _rejectedBefore.Contains(key.Position));
            }
        }
    }

    private void CompareUnique(int list, in KeyEntry other, bool isRejected)
    {
        if (!_owners.TryGetValue(new KeyOfList(list, other), out var row) || row == other.Position) return;
        if (other.Position < row) findings.MarkFaulty(row, list);
        else if (isRejected) findings.MarkFaulty(other.Position, list);
        else findings.MarkHeld(row, list, other.Position);
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

                // What is no part of the output is told by its sign.
                reading.Read(feed.Current, isAtReject && rejects.Row == row ? ~row : row);
                if (reading.Run.IsFull) reading.Compare(CompareEntry);
            }
        }
        while (await feed.FillAsync(cancellationToken));
        reading.Compare(CompareEntry);
    }

    private static async ValueTask<bool> MoveAsync(RejectReader rejects, CancellationToken cancellationToken)
    {
        while (!rejects.TryRead())
        {
            if (!await rejects.FillAsync(cancellationToken)) return false;
        }

        return true;
    }

    private void CompareEntry(int list, in KeyEntry entry)
    {
        if (IsReferenced(list)) NoteFound(list, entry);
        else if (IsUnique(list) && entry.Position < 0) CompareUnique(list, entry with { Position = ~entry.Position }, isRejected: true);
        else if (IsUnique(list)) CompareUnique(list, entry, isRejected: false);
    }

    private void NoteFound(int list, in KeyEntry entry)
    {
        if (new KeyOfList(list - 1, entry) is var key && _refers.ContainsKey(key)) _found.Add(key);
    }
}
