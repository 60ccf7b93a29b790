using Serverless.Csv.Values;
using Serverless.CsvParsing;

namespace Serverless.Csv.Inference;

/// <summary>
/// Guesses a schema from a sample of a file's records. A column's type is what nearly all of its values are, if they allow one reading
/// only;
/// the column is exact, so that what the sample did not show is rejected rather than changed.
/// </summary>
/// <param name="names">The columns' names; cells beyond them are passed over.</param>
/// <param name="dialect">How the fields are written; the usual way when null.</param>
/// <param name="share">The share of a column's values that has to be of a type.</param>
/// <param name="nullValues">Texts that stand for no value.</param>
internal sealed class SchemaInference(
    IReadOnlyList<string> names, CsvDialect? dialect = null, double share = SchemaInference.DefaultShare,
    IReadOnlyList<string>? nullValues = null)
{
    /// <summary>Of twenty values one may be dirt.</summary>
    public const double DefaultShare = 0.95;

    private readonly FieldDecoder _decoder = new(dialect ?? new CsvDialect());
    private readonly Utf8Set _nulls = new(nullValues ?? []);
    private readonly ColumnInference[] _columns = [.. names.Select(n => new ColumnInference(n))];
    private byte[] _unescaped = [];

    /// <summary>The number of columns of the file.</summary>
    public int Columns => _columns.Length;

    /// <summary>Records looked at so far.</summary>
    public long Records { get; private set; }

    /// <summary>Takes a record into account.</summary>
    public void Add(in CsvRecord record)
    {
        Records++;
        if (record.IsBlank || record.Unclosed) return;
        for (var i = 0; i < _columns.Length && i < record.Fields.Length; i++)
        {
            var text = record[i];
            if (record.Fields[i].IsEscaped) text = Unescape(text, record.Fields[i].Quoting);
            if (!_nulls.Contains(text)) _columns[i].Add(text);
        }
    }

    /// <summary>The schema of all records so far; a column without values is a string.</summary>
    public InferredSchema Build()
    {
        var commas = _columns.Count(c => c.HasDecimalCommas);
        return new(Records, [.. _columns.Select(c => c.Build(share, commas > (c.HasDecimalCommas ? 1 : 0)))]);
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text, FieldQuoting quoting)
    {
        if (_unescaped.Length < text.Length) _unescaped = new byte[text.Length];
        return _unescaped.AsSpan(0, _decoder.Decode(text, quoting, _unescaped));
    }
}
