using System.Numerics;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Inference;

/// <summary>The values of one shape: which of its formats read how many of them.</summary>
internal sealed class TemporalCounts
{
    private readonly TemporalReader[] _readers;

    // By the set of formats that read a value.
    private readonly long[] _counts;
    private UInt128 _firsts;
    private UInt128 _lasts;

    public TemporalCounts(string shape)
    {
        Formats = TemporalFormats.Of(shape);
        _readers = [.. Formats.Select(f => new TemporalReader(f.Type, f.Format, keepsOffsets: true))];
        _counts = new long[1 << _readers.Length];
        IsShort = shape is TemporalFormats.Short;
        IsVersion = TemporalFormats.IsVersion(shape);
    }

    public IReadOnlyList<(FieldType Type, string Format)> Formats { get; }

    /// <summary>Hours and minutes, or minutes and seconds.</summary>
    public bool IsShort { get; }

    /// <summary>Dates, or numbers of versions.</summary>
    public bool IsVersion { get; }

    /// <summary>All values of the shape.</summary>
    public long Values => _counts.Sum();

    public void Add(ReadOnlySpan<byte> text)
    {
        var readers = 0;
        for (var i = 0; i < _readers.Length; i++)
        {
            if (_readers[i].TryRead(text, out _)) readers |= 1 << i;
        }

        _counts[readers]++;
        if (readers == 0 || _readers.Length < 3) return;
        var middle = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        _firsts |= Bit(text[..middle]);
        var rest = text[(middle + 1)..];
        rest = rest[(rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1)..];
        var end = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        _lasts |= Bit(end < 0 ? rest : rest[..end]);
    }

    /// <summary>The number of values that a format reads.</summary>
    public long Read(int format) => Count(set => (set & (1 << format)) != 0);

    /// <summary>
    /// True when a format is no reading beside another: what that one reads and this one does not is too much to be dirt.
    /// </summary>
    public bool IsBeaten(int format, int by)
    {
        if (IsYearAndDaySwapped(format, by)) return true;
        var only = Count(set => (set & (1 << format)) != 0 && (set & (1 << by)) == 0);
        var onlyOther = Count(set => (set & (1 << format)) == 0 && (set & (1 << by)) != 0);
        return onlyOther > 0 && only * 20 <= onlyOther;
    }

    // Dates of one year have many days and one year: years vary less than days do.
    private bool IsYearAndDaySwapped(int format, int by)
    {
        if (_readers.Length < 3) return false;
        var (firsts, lasts) = (UInt128.PopCount(_firsts), UInt128.PopCount(_lasts));
        var yearFirst = Formats[format].Format.StartsWith("%y", StringComparison.Ordinal);
        if (yearFirst == Formats[by].Format.StartsWith("%y", StringComparison.Ordinal)) return false;
        return yearFirst ? firsts >= 4 * lasts : lasts >= 4 * firsts;
    }

    private long Count(Func<int, bool> condition)
    {
        var count = 0L;
        for (var set = 0; set < _counts.Length; set++) count += condition(set) ? _counts[set] : 0;
        return count;
    }

    private static UInt128 Bit(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits) number = (number * 10) + (digit - '0');
        return UInt128.One << (number % 100);
    }
}
