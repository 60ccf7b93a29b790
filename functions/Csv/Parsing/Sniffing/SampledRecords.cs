using System.Text;

namespace Serverless.Csv.Parsing;

/// <summary>A cell of the sample.</summary>
internal readonly record struct SampledCell(byte[] Text, CellKind Kind, bool IsQuoted)
{
    /// <summary>Whether this is its text, between quotes or not.</summary>
    public bool Says(string text)
    {
        var own = Encoding.UTF8.GetString(Text);
        return own == text || (IsQuoted && own.Replace("\"\"", "\"", StringComparison.Ordinal) == text);
    }
}

/// <summary>The first records of a file, read in one way of several.</summary>
internal sealed class SampledRecords
{
    private const int MostRecords = 1_000;

    private SampledRecords(CsvDialect dialect) => Dialect = dialect;

    public CsvDialect Dialect { get; }

    /// <summary>The records that are not blank.</summary>
    public List<SampledCell[]> Records { get; } = [];

    /// <summary>The cells that open with a quote and end with it.</summary>
    public int QuotedCells { get; private set; }

    /// <summary>The cells that open with a quote and do not end with it.</summary>
    public int OddlyQuotedCells { get; private set; }

    /// <summary>Reads <paramref name="text"/>, whose last record counts only if nothing follows it.</summary>
    public static SampledRecords Read(byte[] text, bool isWhole, char delimiter, char quote)
    {
        var sampled = new SampledRecords(new CsvDialect(delimiter, quote));
        using var reader = new CsvRecordReader(new MemoryStream(text), sampled.Dialect, 0, CsvLimits.Default);
        var cut = false;
        do
        {
            while (!cut && sampled.Records.Count < MostRecords && reader.TryRead())
            {
                cut = !isWhole && (reader.NextPosition == text.Length || reader.Current.Unclosed) && sampled.Records.Count > 0;
                if (!cut && !reader.Current.IsBlank) sampled.Add(reader.Current);
            }
        }
        while (!cut && sampled.Records.Count < MostRecords && reader.Fill());

        return sampled;
    }

    /// <summary>
    /// How likely the file was written so, from 0 to 1: the share of records that have the usual number of fields, times the share of
    /// cells that hold no other delimiter, or hold it in a number or between quotes. One field a record says nothing: 0.
    /// </summary>
    public (double Score, int Columns) Judge(IReadOnlyList<char> delimiters)
    {
        if (Records.Count == 0) return (0, 0);

        var usual = Records.CountBy(r => r.Length).OrderByDescending(c => c.Value).ThenByDescending(c => c.Key).First();
        if (usual.Key == 1) return (0, 1);

        var cells = Records.SelectMany(r => r).ToList();
        var others = delimiters.Select(d => (byte)d).ToArray();
        var clean = cells.Count(c => c.IsQuoted || c.Kind is CellKind.Number or CellKind.Date || c.Text.AsSpan().IndexOfAny(others) < 0);
        return ((double)usual.Value / Records.Count * clean / cells.Count, usual.Key);
    }

    private void Add(CsvRecord record)
    {
        var cells = new SampledCell[record.Fields.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            var field = record.Fields[i];
            var isQuoted = field.Quoting != FieldQuoting.None;
            var end = field.Start + field.Length;
            if (isQuoted && !record.Unclosed && end < record.Raw.Length && record.Raw[end] == Dialect.Quote) QuotedCells++;
            else if (isQuoted) OddlyQuotedCells++;
            cells[i] = new SampledCell(record[i].ToArray(), CellKinds.Of(record[i]), isQuoted);
        }

        Records.Add(cells);
    }
}
