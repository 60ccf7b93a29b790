using System.Globalization;
using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Years as XML Schema has them: four digits or more, no superfluous zeros, a minus before the common era.</summary>
internal sealed class YearCleaner : ColumnCleaner, INumberValue
{
    private const int MaxDigits = 9;

    private readonly FieldRule _type;
    private readonly FieldRule? _range;
    private readonly int _minimum;
    private readonly int _maximum;
    private readonly Utf8Set? _enum;
    private readonly FieldRule? _enumRule;

    private int _year;
    private int _lowest = int.MaxValue;
    private int _highest = int.MinValue;

    public YearCleaner(SchemaField field, IReadOnlyList<string> missingValues)
        : base(field, missingValues)
    {
        _type = FieldRule.Type(Wording.DescribeType(field));
        var constraints = field.Constraints;
        _range = Wording.DescribeRange(constraints);
        _minimum = constraints.Minimum is { } minimum ? int.Parse(minimum, CultureInfo.InvariantCulture)
            : constraints.ExclusiveMinimum is { } above ? int.Parse(above, CultureInfo.InvariantCulture) + 1 : int.MinValue;
        _maximum = constraints.Maximum is { } maximum ? int.Parse(maximum, CultureInfo.InvariantCulture)
            : constraints.ExclusiveMaximum is { } below ? int.Parse(below, CultureInfo.InvariantCulture) - 1 : int.MaxValue;
        if (constraints.Enum is { } values)
        {
            _enum = new(values);
            _enumRule = Wording.DescribeEnum(values);
        }
    }

    public bool TryGetSmall(out long mantissa, out int scale)
    {
        (mantissa, scale) = (_year, 0);
        return !IsMissing;
    }

    public bool TryGetExact(out BigNumber value)
    {
        value = new BigNumber(_year, 0);
        return true;
    }

    protected override FieldRule? CleanValue(ReadOnlySpan<byte> text, RecordWriter writer, bool ascii)
    {
        if (!TryRead(text)) return _type;
        if (_year < _minimum || _year > _maximum) return _range;
        if (_enum is not null && !_enum.Contains(text)) return _enumRule;
        writer.WriteYear(text);
        return null;
    }

    protected override void AcceptValue()
    {
        _lowest = Math.Min(_lowest, _year);
        _highest = Math.Max(_highest, _year);
    }

    protected override ColumnStatistics Describe(ColumnStatistics statistics) => _highest < _lowest
        ? statistics
        : statistics with { Minimum = Text(_lowest), Maximum = Text(_highest) };

    private static string Text(int year) => year.ToString("D4", CultureInfo.InvariantCulture);

    private bool TryRead(ReadOnlySpan<byte> text)
    {
        var digits = !text.IsEmpty && text[0] == '-' ? text[1..] : text;
        if (digits.Length is < 4 or > MaxDigits || (digits.Length > 4 && digits[0] == '0')) return false;
        if (digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        _year = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (_year == 0) return false;
        if (text[0] == '-') _year = -_year;
        return true;
    }
}
