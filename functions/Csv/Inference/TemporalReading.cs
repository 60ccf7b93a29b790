using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Inference;

/// <summary>The dates and times among a column's values, and the one format that reads them.</summary>
internal sealed class TemporalReading
{
    private const int MaxShapes = 32;

    private readonly Dictionary<string, TemporalCounts> _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TemporalCounts>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public TemporalReading() => _lookup = _shapes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <param name="text">The value.</param>
    /// <param name="shape">Its shape.</param>
    public void Add(ReadOnlySpan<byte> text, ReadOnlySpan<char> shape)
    {
        if (!_lookup.TryGetValue(shape, out var counts))
        {
            if (_shapes.Count == MaxShapes) return;
            _lookup[shape] = counts = new TemporalCounts(shape.ToString());
        }

        counts.Add(text);
    }

    /// <summary>Decides what a column is.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">Its values that are not missing.</param>
    /// <param name="share">The share of them that has to be of the type.</param>
    public Finding Decide(string name, long values, double share)
    {
        var text = new SchemaField(name);
        var readings = Readings();
        var enough = readings.Where(r => Finding.IsEnough(r.Fits, values, share)).OrderByDescending(r => r.Fits).ToList();
        foreach (var (type, format, fits) in enough)
        {
            if (enough.TrueForAll(o => o.Format == format || IsBeaten(o.Format, format)))
                return new(new SchemaField(name, type, format) { IsExact = true }, fits, Remark(format));
        }

        if (enough.Count > 1)
            return new(text, 0, $"two readings as a {FieldTypes.Format(enough[0].Type)}: {enough[0].Format} or {enough[1].Format}");

        if (Finding.IsEnough(_shapes.Values.Where(s => s.IsShort).Sum(s => s.Values), values, share))
            return new(text, 0, "two readings as a time: hours and minutes or minutes and seconds");
        var all = _shapes.Values.Where(s => s.Formats.Count > 0).Sum(s => s.Values);
        var versions = _shapes.Values.Where(s => s.IsVersion).Sum(s => s.Values);
        if (versions > 0 && Finding.IsEnough(all + versions, values, share))
            return new(text, 0, "two readings: dates without zeros before them, or numbers of versions");
        return new(
            text, 0, Finding.IsEnough(all, values, share)
                ? "dates or times in several formats" : Finding.DescribeShare("dates or times", all, values));
    }

    private static string? Remark(string format) =>
        format.Contains("%y", StringComparison.Ordinal) ? "years 00 to 68 are read as 2000 to 2068, 69 to 99 as 1969 to 1999" : null;

    private bool IsBeaten(string format, string by)
    {
        // Of different shapes: a value has one of them only.
        foreach (var counts in _shapes.Values)
        {
            var (index, other) = (IndexOf(counts, format), IndexOf(counts, by));
            if (index >= 0 && other >= 0 && counts.IsBeaten(index, other)) return true;
        }

        return false;
    }

    private static int IndexOf(TemporalCounts counts, string format)
    {
        for (var i = 0; i < counts.Formats.Count; i++)
        {
            if (counts.Formats[i].Format == format) return i;
        }

        return -1;
    }

    private List<(FieldType Type, string Format, long Fits)> Readings()
    {
        var fits = new Dictionary<(FieldType Type, string Format), long>();
        foreach (var counts in _shapes.Values)
        {
            for (var i = 0; i < counts.Formats.Count; i++)
                fits[counts.Formats[i]] = fits.GetValueOrDefault(counts.Formats[i]) + counts.Read(i);
        }

        // A pattern also reads what is ISO 8601, and a long name of May is its short one.
        AddTo((FieldType.Date, "%Y-%m-%d"), (FieldType.Date, SchemaField.DefaultFormat));
        AddTo((FieldType.Time, "%H:%M:%S"), (FieldType.Time, SchemaField.DefaultFormat));
        foreach (var (type, format) in fits.Keys.Where(k => k.Format.Contains("%B", StringComparison.Ordinal)).ToList())
            AddTo((type, format), (type, format.Replace("%B", "%b", StringComparison.Ordinal)));
        return [.. fits.Select(f => (f.Key.Type, f.Key.Format, f.Value))];

        void AddTo((FieldType, string) wider, (FieldType, string) narrower)
        {
            if (fits.ContainsKey(wider) && fits.Remove(narrower, out var more)) fits[wider] += more;
        }
    }
}
