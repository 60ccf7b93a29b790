using System.Text;
using Serverless.CsvParsing.Encodings;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>A cell of the sample.</summary>
internal readonly record struct SampledCell(byte[] Text, CellKind Kind, bool IsQuoted)
{
    /// <summary>True when this is its text, between quotes or not.</summary>
    public bool Says(string text)
    {
        var own = Encoding.UTF8.GetString(Text);
        return own == text || (IsQuoted && own.Replace("\"\"", "\"", StringComparison.Ordinal) == text);
    }
}

/// <summary>The first records of a file, read in one way of several.</summary>
internal sealed class SampledRecords
{
    private const int MaxRecords = 1_000;

    private readonly List<long> _lines = [];
    private readonly List<bool> _blankBefore = [];
    private int _start;

    private SampledRecords(CsvDialect dialect) => Dialect = dialect;

    public CsvDialect Dialect { get; }

    /// <summary>The records that are not blank.</summary>
    public List<SampledCell[]> Records { get; } = [];

    /// <summary>Those from the header on.</summary>
    public IReadOnlyList<SampledCell[]> Table => _start == 0 ? Records : Records[_start..];

    /// <summary>The physical lines above the header that are no part of the table.</summary>
    public int TitleLines => _start == 0 ? 0 : (int)_lines[_start] - 1;

    /// <summary>The cells that open with a quote and end with it.</summary>
    public int QuotedCells { get; private set; }

    /// <summary>The cells that open with a quote and do not end with it.</summary>
    public int OddlyQuotedCells { get; private set; }

    /// <summary>Reads <paramref name="text"/>, whose last record counts only if nothing follows it.</summary>
    public static SampledRecords Read(byte[] text, bool isWhole, CsvDialect dialect, bool findsTitles, IReadOnlyList<string>? labels)
    {
        var sampled = new SampledRecords(dialect);
        using var reader = new CsvRecordReader(new MemoryStream(text), dialect with { Encoding = CsvEncoding.Utf8 }, 0, CsvLimits.Default);
        var (cut, blank) = (false, false);
        do
        {
            while (!cut && sampled.Records.Count < MaxRecords && reader.TryRead())
            {
                cut = !isWhole && (reader.NextPosition == text.Length || reader.Current.Unclosed) && sampled.Records.Count > 0;
                if (!cut && !reader.Current.IsBlank) sampled.Add(reader.Current, blank);
                blank = reader.Current.IsBlank;
            }
        }
        while (!cut && sampled.Records.Count < MaxRecords && reader.Fill());

        if (findsTitles && sampled.Records.Count > 1)
            sampled._start = Sniffing.TitleLines.FindHeader(sampled.Records, sampled._blankBefore, labels);
        return sampled;
    }

    /// <summary>
    /// The likelihood that the file was written so, from 0 to 1: the share of records that have the usual number of fields, times the share
    /// of cells that hold no other delimiter, or hold it in a number or between quotes. One field a record says nothing: 0.
    /// </summary>
    public (double Score, int Columns) Judge(IReadOnlyList<char> delimiters)
    {
        if (Records.Count == 0) return (0, 0);

        var table = Table;
        var usual = table.CountBy(r => r.Length).OrderByDescending(c => c.Value).ThenByDescending(c => c.Key).First();
        if (usual.Key == 1) return (0, 1);

        var cells = table.SelectMany(r => r).ToList();
        var others = delimiters.Select(d => (byte)d).ToArray();
        var clean = cells.Count(c => c.IsQuoted || c.Kind is CellKind.Number or CellKind.Date || c.Text.AsSpan().IndexOfAny(others) < 0);
        return ((double)usual.Value / table.Count * clean / cells.Count, usual.Key);
    }

    /// <summary>The delimiter is only half of the one that was meant.</summary>
    public bool IsEverySecondColumnEmpty() =>
        Table.Any(r => r.Length > 2)
            && Table.All(r => r.Length % 2 == 1 && r.Index().All(c => c.Index % 2 == 0 || (c.Item.Text.Length == 0 && !c.Item.IsQuoted)));

    private void Add(CsvRecord record, bool blankBefore)
    {
        var cells = new SampledCell[record.Fields.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            var field = record.Fields[i];
            var isQuoted = field.Quoting is FieldQuoting.Quoted or FieldQuoting.Escaped;
            var end = field.Start + field.Length;
            if (isQuoted && !record.Unclosed && end < record.Raw.Length && record.Raw[end] == Dialect.Quote) QuotedCells++;
            else if (isQuoted) OddlyQuotedCells++;
            cells[i] = new SampledCell(record[i].ToArray(), CellKinds.Of(record[i]), isQuoted);
        }

        Records.Add(cells);
        _lines.Add(record.Line);
        _blankBefore.Add(blankBefore);
    }
}
