using System.Globalization;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Report;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvParsing;

namespace Serverless.CsvPipeline;

/// <summary>
/// Compares a file with a schema, column by column: <c>Take</c> its first records, then ask for <see cref="ListDifferences"/>. A column is
/// retyped
/// when more than half of its values cannot be read as the schema's type: single bad values are for the cleaning to reject.
/// </summary>
internal sealed class SchemaComparer
{
    private readonly TableSchema _given;
    private readonly TableSchema _inferred;
    private readonly IReadOnlyList<string> _labels;
    private readonly FieldDecoder _decoder;

    // By the file's columns; null where the schema has no such column.
    private readonly (ColumnCleaner Cleaner, int Place)?[] _columns;
    private readonly long[] _values;
    private readonly long[] _misfits;

    /// <param name="given">What the file should be.</param>
    /// <param name="inferred">What its first records look like.</param>
    /// <param name="labels">Its header; blank and doubled names too.</param>
    /// <param name="dialect">How its fields are written.</param>
    public SchemaComparer(TableSchema given, TableSchema inferred, IReadOnlyList<string> labels, CsvDialect dialect)
    {
        (_given, _inferred, _labels, _decoder) = (given, inferred, labels, new FieldDecoder(dialect));
        var places = given.Fields.Select((f, i) => (f.Name, Place: i)).ToDictionary(f => f.Name, f => f.Place, StringComparer.Ordinal);
        _columns = new (ColumnCleaner, int)?[labels.Count];
        for (var i = 0; i < labels.Count; i++)
        {
            // Taken away: the second column of a name is an additional one.
            if (!places.Remove(labels[i], out var place)) continue;
            _columns[i] =
                (ColumnCleaners.Create(
                    Unconstrained(given.Fields[place]), given.Fields[place].MissingValues ?? given.MissingValues, CsvOutput.Csv), place);
        }

        _values = new long[labels.Count];
        _misfits = new long[labels.Count];
    }

    /// <summary>Takes a record into account.</summary>
    public void Take(in CsvRecord record)
    {
        if (record.IsBlank || record.Unclosed) return;
        for (var i = 0; i < _columns.Length && i < record.Fields.Length; i++)
        {
            if (_columns[i] is not var (cleaner, _) || record[i].IsEmpty) continue;
            var text = record[i];
            if (record.Fields[i].IsEscaped)
            {
                var unescaped = new byte[text.Length];
                text = unescaped.AsSpan(0, _decoder.Decode(text, record.Fields[i].Quoting, unescaped));
            }

            _values[i]++;
            if (!System.Text.Unicode.Utf8.IsValid(text) || cleaner.Clean(text, DiscardingWriter.Instance, ascii: false) is not null)
                _misfits[i]++;
        }
    }

    /// <summary>Everything in which the file differs, in the order of the schema; then what it does not know.</summary>
    public IReadOnlyList<SchemaDifference> ListDifferences()
    {
        var found = new int?[_given.Fields.Count];
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] is var (_, place)) found[place] = i;
        }

        var moved = Moved(found);
        var differences = new List<SchemaDifference>();
        for (var place = 0; place < found.Length; place++)
        {
            var field = _given.Fields[place];
            if (found[place] is not { } at)
            {
                differences.Add(new(SchemaDifferenceKind.Missing, field.Name, Place(place), null));
                continue;
            }

            if (moved.Contains(place)) differences.Add(new(SchemaDifferenceKind.Moved, field.Name, Place(place), Place(at)));
            if (_misfits[at] * 2 > _values[at])
                differences.Add(
                    new(
                        SchemaDifferenceKind.Retyped, field.Name, FieldTypes.Format(field.Type), FieldTypes.Format(
                            _inferred.Fields[at].Type)));
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] is null) differences.Add(new(SchemaDifferenceKind.Additional, _labels[i], null, Place(i)));
        }

        return differences;
    }

    // What stands in the longest run of columns that kept their order has not moved: one column that went to the end is one
    // that moved, not all the others.
    private static HashSet<int> Moved(int?[] found)
    {
        var present = Enumerable.Range(0, found.Length).Where(p => found[p] is not null).ToArray();
        var tails = new List<int>();
        var previous = new int[found.Length];
        foreach (var place in present)
        {
            var at = tails.BinarySearch(place, Comparer<int>.Create((a, b) => found[a]!.Value.CompareTo(found[b]!.Value)));
            if (at < 0) at = ~at;
            previous[place] = at > 0 ? tails[at - 1] : -1;
            if (at == tails.Count) tails.Add(place);
            else tails[at] = place;
        }

        var moved = present.ToHashSet();
        for (var place = tails.Count > 0 ? tails[^1] : -1; place >= 0; place = previous[place]) moved.Remove(place);
        return moved;
    }

    private static SchemaField Unconstrained(SchemaField field) => field with { Constraints = FieldConstraints.None };

    private static string Place(int place) => string.Create(CultureInfo.InvariantCulture, $"column {place + 1}");
}
