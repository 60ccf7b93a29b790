using System.Globalization;
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
    private static readonly FieldRule Encoding8 = new(ErrorCodes.EncodingError, "UTF-8 text");
    private static readonly FieldRule OneReading = new(
        ErrorCodes.AmbiguousQuote, "quotes that can be read in one way only (the option escape says whether a backslash is an escape)");

    private readonly ColumnCleaner[] _columns;
    private readonly IReadOnlyList<TableKey> _keys;
    private readonly TableSchema _schema;
    private readonly RowCheck[]? _checks;
    private readonly bool _hasMasks;
    private readonly int[] _dropped;
    private readonly FieldDecoder _decoder;
    private readonly QuoteAmbiguity? _ambiguity;
    private readonly PendingBuffer _unescaped = new(256);
    private readonly Dictionary<(string Code, string Field), RejectReason> _reasons = [];
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
        _hasMasks = schema.Fields.Any(f => f.Mask is not null);
        _dropped = [.. schema.Fields.Index().Where(f => f.Item.IsDropped).Select(f => f.Index)];
        var values = ColumnCleaners.ListValues(_columns);
        _checks = schema.Checks.Count == 0 ? null : [.. schema.Checks.Select(c => RowCheck.Compile(c, values))];
        _keys = schema.Keys;
        _schema = schema;
        dialect ??= new CsvDialect();
        _decoder = new FieldDecoder(dialect);
        _ambiguity = QuoteAmbiguity.Of(dialect, _decoder);
    }

    /// <summary>Records accepted so far.</summary>
    public long Accepted => _accepted;

    /// <summary>Records refused so far.</summary>
    public long Rejected => _rejected;

    /// <summary>The statistics of all records so far; rows and lines count from this range's start.</summary>
    public ChunkStatistics Statistics() => new()
    {
        Accepted = _accepted,
        Rejected = _rejected,
        Columns = [.. _columns.Where((_, i) => !_dropped.Contains(i)).Select(c => c.BuildStatistics())],
        Reasons = ChunkStatistics.Order(_reasons.Values),
    };

    /// <summary>Writes the record and commits it; or leaves nothing of it in the writer and says what its first fault is.</summary>
    public bool TryClean(in CsvRecord record, IRecordWriter writer, out RecordFault fault) => TryClean(record, writer, -1, out fault);

    /// <summary>The same for a record of which is known whether it repeats a key.</summary>
    /// <param name="record">The record.</param>
    /// <param name="writer">Where it goes.</param>
    /// <param name="repeated">
    /// The list (see <see cref="TableSchema.KeyLists"/>) of a key that stands in an earlier record, or refers to nothing; -1 for none.
    /// </param>
    /// <param name="fault">What is wrong with it.</param>
    public bool TryClean(in CsvRecord record, IRecordWriter writer, int repeated, out RecordFault fault)
    {
        if (record.Unclosed) return Refuse(record, Unclosed(record), out fault);
        if (record.IsBlank)
            return Refuse(
                record, new("", ErrorCodes.BlankRow, $"expected {Wording.CountCells(_columns.Length)}, found a blank line"), out fault);

        if (_ambiguity is not null && _ambiguity.IsIn(record)) return Refuse(record, Ambiguous(record), out fault);

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
                if (field.Quoting == FieldQuoting.Escaped && _ambiguity is not null && _ambiguity.IsIn(text)) broken = OneReading;
                text = Unescape(text, field.Quoting);
            }

            broken ??= valid || Utf8.IsValid(text) ? columns[i].Clean(text, target, ascii) : Encoding8;
            if (broken is null) continue;
            faults++;
            if (first is not null) continue;
            first = broken;
            at = i;
            target = DiscardingWriter.Instance;
        }

        if (faults == 0 && _checks is not null && FindBroken() is { } check)
        {
            writer.Rollback();
            return Refuse(record, Broken(record, check), out fault);
        }

        if (faults == 0 && repeated >= 0)
        {
            writer.Rollback();
            return Refuse(
                record, repeated < _keys.Count
                    ? Repeated(record, _keys[repeated]) : Dangling(record, _schema.ForeignKeys[(repeated - _keys.Count) / 2]), out fault);
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
        return Refuse(record, first is null ? WrongCount(record, faults) : Describe(record, first, at, faults), out fault);
    }

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

    private RowCheck? FindBroken()
    {
        foreach (var check in _checks!)
        {
            if (!check.IsMet) return check;
        }

        return null;
    }

    private RecordFault Broken(in CsvRecord record, RowCheck check)
    {
        const int MaxShown = 8;
        var found = new List<string>(check.Columns.Count);
        foreach (var at in check.Columns.Take(MaxShown))
        {
            var text = record[at];
            if (record.Fields[at].IsEscaped) text = Unescape(text, record.Fields[at].Quoting);
            found.Add($"{_columns[at].Name} {Found(at, text)}");
        }

        return new(
            check.Columns.Count == 1 ? _columns[check.Columns[0]].Name : "", ErrorCodes.RowConstraint,
            $"expected {check.Text}, found {string.Join(", ", found)}");
    }

    // A value that nobody may see stands in no message either.
    private string Found(int at, ReadOnlySpan<byte> text) => _columns[at] is MaskedCleaner ? MaskText.Hidden : Wording.Quote(text);

    private RecordFault Unclosed(in CsvRecord record)
    {
        var last = record.Fields.Length - 1;
        var name = last < _columns.Length ? _columns[last].Field.Name : "";
        return new(name, ErrorCodes.UnclosedQuote, "expected a closing quote, found none: only the first line is taken as this record");
    }

    private RecordFault Ambiguous(in CsvRecord record) => new(
        "", ErrorCodes.AmbiguousQuote,
        $"expected {OneReading.Expected}, found {(_hasMasks ? MaskText.Hidden : Wording.Quote(record.Raw))}");

    private RecordFault Repeated(in CsvRecord record, TableKey key)
    {
        var found = new string[key.Columns.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var text = record[key.Columns[i]];
            if (record.Fields[key.Columns[i]].IsEscaped) text = Unescape(text, record.Fields[key.Columns[i]].Quoting);
            found[i] = Found(key.Columns[i], text);
        }

        var names = key.Columns.Select(c => _columns[c].Field.Name);
        return key.IsPrimary
            ? new(
                found.Length == 1
                    ? names.First()
                        : "", ErrorCodes.PrimaryKey,
                        $"expected a primary key ({string.Join(", ", names)}) of its own, found {string.Join(", ", found)} once more")
            : found.Length == 1
                ? new(names.First(), ErrorCodes.UniqueError, $"expected a value that stands once in its column, found {found[0]} once more")
                : new(
                    "", ErrorCodes.UniqueError,
                    $"expected values of {string.Join(", ", names)} that stand once together, found {string.Join(", ", found)} once more");
    }

    private RecordFault Dangling(in CsvRecord record, ForeignKey key)
    {
        var found = new string[key.Fields.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var at = _schema.PlaceOf(key.Fields[i]);
            var text = record[at];
            if (record.Fields[at].IsEscaped) text = Unescape(text, record.Fields[at].Quoting);
            found[i] = Found(at, text);
        }

        var names = $"{string.Join(", ", key.Referenced)} of {(key.IsSelf ? "this file" : key.Resource)}";
        return new(
            found.Length == 1 ? key.Fields[0] : "", ErrorCodes.ForeignKey,
            found.Length == 1
                ? $"expected a value that stands in {names}, found {found[0]}"
                : $"expected values of {string.Join(", ", key.Fields)} that stand together in {names}, found {string.Join(", ", found)}");
    }

    private RecordFault WrongCount(in CsvRecord record, int faults)
    {
        var found = record.Fields.Length;
        var missing = found < _columns.Length;
        return new(
            missing ? _columns[found].Field.Name : "",
            missing ? ErrorCodes.MissingCell : ErrorCodes.ExtraCell,
            $"expected {Wording.CountCells(_columns.Length)}, found " +
            $"{found.ToString(CultureInfo.InvariantCulture)}{Wording.DescribeMore(faults - 1)}");
    }

    private RecordFault Describe(in CsvRecord record, FieldRule rule, int at, int faults)
    {
        var text = record[at];
        if (rule != OneReading && record.Fields[at].IsEscaped) text = Unescape(text, record.Fields[at].Quoting);

        // With another number of cells, or quotes of two readings, any cell may be the one that nobody may see.
        var isHidden = _hasMasks && (record.Fields.Length != _columns.Length || rule == OneReading);
        var found = isHidden ? MaskText.Hidden : Found(at, text);
        if (rule.Code == ErrorCodes.EncodingError) found += " with invalid bytes, shown as U+FFFD";
        return new(_columns[at].Field.Name, rule.Code, $"expected {rule.Expected}, found {found}{Wording.DescribeMore(faults - 1)}");
    }
}
