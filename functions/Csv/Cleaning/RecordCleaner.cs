using System.Text;
using System.Text.Unicode;
using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;
using Serverless.CsvParsing;

namespace Serverless.Csv.Cleaning;

/// <summary>
/// Holds records against a schema: each is either written in canonical form or refused with its first fault, and counted either way.
/// Not for use by several threads; make one for each range.
/// </summary>
internal sealed class RecordCleaner
{
    private readonly ColumnCleaner[] _columns;
    private readonly RowChecks? _checks;
    private readonly int[] _dropped;
    private readonly FieldDecoder _decoder;
    private readonly QuoteAmbiguity? _ambiguity;
    private readonly RecordFaults _faults;
    private readonly PendingBuffer _unescaped = new(256);
    private readonly Dictionary<(string Code, string Field), RejectReason> _reasons = [];
    private readonly List<int> _unread = [];
    private int _cleaned;
    private long _accepted;
    private long _rejected;

    /// <param name="schema">What the records must meet.</param>
    /// <param name="output">Where they go: Parquet holds no integers over 64 bits.</param>
    /// <param name="dialect">How the fields are written; the usual way when null.</param>
    /// <param name="maskKey">The key of masked values; without one nothing of them is told apart.</param>
    public RecordCleaner(
        TableSchema schema, CsvOutput output = CsvOutput.Csv, CsvDialect? dialect = null, byte[]? maskKey = null)
    {
        _columns = ColumnCleaners.Create(schema, output, maskKey);
        _dropped = [.. schema.Fields.Index().Where(f => f.Item.IsDropped).Select(f => f.Index)];
        Values = ColumnCleaners.ListValues(_columns);
        _checks = schema.Checks.Count == 0 ? null : new RowChecks(schema, Values);
        dialect ??= new CsvDialect();
        _decoder = new FieldDecoder(dialect);
        _ambiguity = QuoteAmbiguity.Of(dialect, _decoder);
        _faults = new RecordFaults(schema, _columns, _decoder);
    }

    /// <summary>The columns' values in the record at hand.</summary>
    public IReadOnlyList<IColumnValue> Values { get; }

    /// <summary>Records accepted so far.</summary>
    public long Accepted => _accepted;

    /// <summary>Records refused so far.</summary>
    public long Rejected => _rejected;

    /// <summary>The statistics of all records so far; rows and lines count from this range's start.</summary>
    public ChunkStatistics CreateStatistics() => new()
    {
        Accepted = _accepted,
        Rejected = _rejected,
        Columns = [.. _columns.Where((_, i) => !_dropped.Contains(i)).Select(c => c.BuildStatistics())],
        Reasons = ChunkStatistics.Order(_reasons.Values),
    };

    /// <summary>Writes the record and commits it; or leaves nothing of it in the writer and says what its first fault is.</summary>
    public bool TryClean(in CsvRecord record, RecordWriter writer, out RecordFault fault) => TryClean(record, writer, -1, out fault);

    /// <summary>The same for a record of which is known whether it repeats a key.</summary>
    /// <param name="record">The record.</param>
    /// <param name="writer">Where it goes.</param>
    /// <param name="repeated">
    /// The list (see <see cref="TableSchema.KeyLists"/>) of a key that stands in an earlier record, or refers to nothing, or behind these a
    /// sequence that the record breaks; -1 for none.
    /// </param>
    /// <param name="fault">What is wrong with it.</param>
    public bool TryClean(in CsvRecord record, RecordWriter writer, int repeated, out RecordFault fault)
    {
        _cleaned = 0;
        if (_unread.Count > 0) _unread.Clear();
        if (record.Unclosed) return Refuse(record, _faults.Unclosed(record), out fault);
        if (record.IsBlank) return Refuse(record, _faults.Blank(), out fault);
        if (_ambiguity is not null && _ambiguity.IsIn(record)) return Refuse(record, _faults.Ambiguous(record), out fault);

        var raw = record.Raw;
        var fields = record.Fields;
        var columns = _columns;
        var ascii = Ascii.IsValid(raw);
        var valid = ascii || Utf8.IsValid(raw);
        var faults = Math.Abs(fields.Length - columns.Length);
        FieldRule? first = null;
        var at = 0;
        var target = writer;

        writer.Begin();
        for (var i = 0; i < columns.Length && i < fields.Length; i++)
        {
            ref readonly var field = ref fields[i];
            var text = raw.Slice(field.Start, field.Length);
            FieldRule? broken = null;
            if (field.IsEscaped)
            {
                if (field.Quoting == FieldQuoting.Escaped && _ambiguity is not null && _ambiguity.IsIn(text))
                    broken = RecordFaults.OneReading;
                text = Unescape(text, field.Quoting);
            }

            broken ??= valid || Utf8.IsValid(text) ? columns[i].Clean(text, target, ascii) : RecordFaults.Utf8Text;
            if (broken is null) continue;
            faults++;
            _unread.Add(i);
            if (first is not null) continue;
            first = broken;
            at = i;
            target = DiscardingWriter.Instance;
        }

        _cleaned = Math.Min(columns.Length, fields.Length);
        if (faults == 0 && _checks?.FindBroken() is { } check)
        {
            writer.Rollback();
            return Refuse(record, _faults.Broken(record, check), out fault);
        }

        if (faults == 0 && repeated >= 0)
        {
            writer.Rollback();
            return Refuse(record, _faults.OfKey(record, repeated), out fault);
        }

        if (faults == 0)
        {
            writer.Commit();
            foreach (var column in columns) column.Accept();
            _accepted++;
            fault = default;
            return true;
        }

        writer.Rollback();
        return Refuse(record, first is null ? _faults.WrongCount(record, faults) : _faults.Of(record, first, at, faults), out fault);
    }

    /// <summary>The record that was cleaned last, accepted or not, has a good value in a column.</summary>
    public bool HasValue(int column) => column < _cleaned && !Values[column].IsMissing && !_unread.Contains(column);

    /// <summary>Counts a record as rejected for what lies outside its schema.</summary>
    public void Refuse(in CsvRecord record, in RecordFault fault) => Refuse(record, fault, out _);

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text, FieldQuoting quoting)
    {
        _unescaped.Truncate(0);
        _unescaped.Advance(_decoder.Decode(text, quoting, _unescaped.GetSpan(text.Length)));
        return _unescaped.Span;
    }

    private bool Refuse(in CsvRecord record, RecordFault found, out RecordFault fault)
    {
        fault = found;
        _rejected++;
        var key = (found.Code, found.Field);
        _reasons[key] = _reasons.TryGetValue(key, out var reason)
            ? reason with { Count = reason.Count + 1 }
            : new(found.Code, found.Field, 1, record.Row, record.Line, found.Message);
        return false;
    }
}
