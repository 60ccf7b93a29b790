using System.Globalization;
using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvParsing;

namespace Serverless.Csv.Cleaning;

/// <summary>Words what is wrong with a record: what its schema expects there, and what was found.</summary>
internal sealed class RecordFaults(TableSchema schema, ColumnCleaner[] columns, FieldDecoder decoder)
{
    private const int MaxColumnsShown = 8;

    /// <summary>Broken by what is no text.</summary>
    public static readonly FieldRule Utf8Text = new(ErrorCodes.EncodingError, "UTF-8 text");

    /// <summary>Broken by a field that says one thing if a backslash is an escape, and another if it is not.</summary>
    public static readonly FieldRule OneReading = new(
        ErrorCodes.AmbiguousQuote, "quotes that can be read in one way only (the option escape says whether a backslash is an escape)");

    private readonly IReadOnlyList<TableKey> _keys = schema.Keys;
    private readonly int _keyLists = schema.KeyLists;
    private readonly bool _hasMasks = schema.Fields.Any(f => f.Mask is not null);
    private readonly PendingBuffer _unescaped = new(256);

    public RecordFault Blank() => new("", ErrorCodes.BlankRow, $"expected {Wording.CountCells(columns.Length)}, found a blank line");

    public RecordFault Unclosed(in CsvRecord record)
    {
        var last = record.Fields.Length - 1;
        var name = last < columns.Length ? columns[last].Name : "";
        return new(name, ErrorCodes.UnclosedQuote, "expected a closing quote, found none: only the first line is taken as this record");
    }

    public RecordFault Ambiguous(in CsvRecord record) => new(
        "", ErrorCodes.AmbiguousQuote,
        $"expected {OneReading.Expected}, found {(_hasMasks ? MaskText.Hidden : Wording.Quote(record.Raw))}");

    public RecordFault WrongCount(in CsvRecord record, int faults)
    {
        var found = record.Fields.Length;
        var missing = found < columns.Length;
        return new(
            missing ? columns[found].Name : "",
            missing ? ErrorCodes.MissingCell : ErrorCodes.ExtraCell,
            $"expected {Wording.CountCells(columns.Length)}, found " +
            $"{found.ToString(CultureInfo.InvariantCulture)}{Wording.DescribeMore(faults - 1)}");
    }

    /// <summary>A cell breaks a rule of its column.</summary>
    public RecordFault Of(in CsvRecord record, FieldRule rule, int at, int faults)
    {
        // With another number of cells, or quotes of two readings, any cell may be the one that nobody may see.
        var isHidden = _hasMasks && (record.Fields.Length != columns.Length || rule == OneReading);
        var found = isHidden ? MaskText.Hidden : rule == OneReading ? Quote(at, record[at]) : Quote(record, at);
        if (rule.Code == ErrorCodes.EncodingError) found += " with invalid bytes, shown as U+FFFD";
        return new(columns[at].Name, rule.Code, $"expected {rule.Expected}, found {found}{Wording.DescribeMore(faults - 1)}");
    }

    public RecordFault Broken(in CsvRecord record, RowCheck check)
    {
        var found = new List<string>(check.Columns.Count);
        foreach (var at in check.Columns.Take(MaxColumnsShown)) found.Add($"{columns[at].Name} {Quote(record, at)}");
        return new(
            check.Columns.Count == 1 ? columns[check.Columns[0]].Name : "", check.Check.Code,
            $"expected {check.Check.Text}, found {string.Join(", ", found)}");
    }

    /// <summary>A key stands in an earlier record, or refers to nothing.</summary>
    /// <param name="record">The record.</param>
    /// <param name="list">Which of <see cref="TableSchema.KeyLists"/> says so.</param>
    public RecordFault OfKey(in CsvRecord record, int list) => list >= _keyLists
        ? OutOfSequence(record, schema.ColumnChecks.Sequences[list - _keyLists])
        : list < _keys.Count ? Repeated(record, _keys[list]) : Dangling(record, schema.ForeignKeys[(list - _keys.Count) / 2]);

    private RecordFault OutOfSequence(in CsvRecord record, string field) => new(
        field, ErrorCodes.SequentialValue,
        $"expected one more than the record before has, found {Quote(record, schema.PlaceOf(field))}");

    private RecordFault Repeated(in CsvRecord record, TableKey key)
    {
        var found = Quote(record, key.Columns);
        var names = string.Join(", ", key.Columns.Select(c => columns[c].Name));
        var field = key.Columns.Count == 1 ? names : "";
        if (key.IsPrimary)
            return new(field, ErrorCodes.PrimaryKey, $"expected a primary key ({names}) of its own, found {found} once more");
        return new(
            field, ErrorCodes.UniqueError,
            key.Columns.Count == 1
                ? $"expected a value that stands once in its column, found {found} once more"
                : $"expected values of {names} that stand once together, found {found} once more");
    }

    private RecordFault Dangling(in CsvRecord record, ForeignKey key)
    {
        var found = Quote(record, [.. key.Fields.Select(schema.PlaceOf)]);
        var names = $"{string.Join(", ", key.Referenced)} of {(key.IsSelf ? "this file" : key.Resource)}";
        return key.Fields.Count == 1
            ? new(key.Fields[0], ErrorCodes.ForeignKey, $"expected a value that stands in {names}, found {found}")
            : new(
                "", ErrorCodes.ForeignKey,
                $"expected values of {string.Join(", ", key.Fields)} that stand together in {names}, found {found}");
    }

    private string Quote(in CsvRecord record, IReadOnlyList<int> places)
    {
        var found = new string[places.Count];
        for (var i = 0; i < found.Length; i++) found[i] = Quote(record, places[i]);
        return string.Join(", ", found);
    }

    private string Quote(in CsvRecord record, int at)
    {
        var text = record[at];
        if (!record.Fields[at].IsEscaped) return Quote(at, text);
        _unescaped.Truncate(0);
        _unescaped.Advance(decoder.Decode(text, record.Fields[at].Quoting, _unescaped.GetSpan(text.Length)));
        return Quote(at, _unescaped.Span);
    }

    // A value that nobody may see stands in no message either.
    private string Quote(int at, ReadOnlySpan<byte> text) => columns[at] is MaskedCleaner ? MaskText.Hidden : Wording.Quote(text);
}
