using Serverless.Csv.Values;

namespace Serverless.Csv.Schema;

/// <summary>Reads dates and times of one field's format.</summary>
internal sealed class TemporalReader
{
    // Month before day or day before month cannot be told from 03/04/2025, so "any" leaves such forms to an explicit pattern.
    private static readonly string[] AnyDates =
        ["%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y"];
    private static readonly string[] AnyTimes = ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H%M%S"];

    private readonly FieldType _type;
    private readonly bool _iso;
    private readonly bool _keepsOffsets;
    private readonly TemporalPattern[] _patterns;

    /// <param name="type">What is read.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="keepsOffsets">True leaves a time in the zone that it was written in.</param>
    public TemporalReader(FieldType type, string format, bool keepsOffsets = false)
    {
        _type = type;
        _keepsOffsets = keepsOffsets;
        _iso = format is SchemaField.DefaultFormat or SchemaField.AnyFormat;
        _patterns = format switch
        {
            SchemaField.DefaultFormat => [],
            SchemaField.AnyFormat => [.. Any(type).Select(p => Compile(p, type))],
            _ => [Compile(format, type)],
        };
    }

    /// <summary>Reads a whole text; a known offset is taken out, so that the value stands in UTC, unless it is to be kept.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, out TemporalValue value)
    {
        value = TemporalValue.Empty;
        if (_iso && IsoTime.TryRead(_type, text, ref value) && value.IsValid) return ToUtc(ref value);
        foreach (var pattern in _patterns)
        {
            value = TemporalValue.Empty;
            if (pattern.TryRead(text, ref value) && value.IsValid) return ToUtc(ref value);
        }

        return false;
    }

    private bool ToUtc(ref TemporalValue value)
    {
        if (!_keepsOffsets) return value.TryToUtc();
        var utc = value;
        return utc.TryToUtc();
    }

    private static TemporalPattern Compile(string pattern, FieldType type) =>
        TemporalPattern.Parse(pattern, type, out var problem) ?? throw new ArgumentException(problem, nameof(pattern));

    private static IEnumerable<string> Any(FieldType type) => type switch
    {
        FieldType.Date => AnyDates,
        FieldType.Time => AnyTimes,
        _ => from date in AnyDates.Prepend("%Y-%m-%d")
             from separator in (string[])[" ", "T"]
             from time in AnyTimes
             from zone in (string[])["", "%z", " %z"]
             select date + separator + time + zone,
    };
}
