using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Integers and numbers. Text that is canonical already is checked digit by digit and passed on.</summary>
internal sealed class NumberCleaner : ColumnCleaner, INumberValue
{
    private const int MaxSmallDigits = 18;

    // Fifteen digits, which every double of them gives back.
    private const int SafeDoubleLength = 15;

    private readonly bool _fractions;
    private readonly bool _plain;
    private readonly bool _long;
    private readonly bool _double;
    private readonly NumberText _text;
    private readonly ExactNumberText? _exact;
    private readonly FieldRule _type;
    private readonly FieldRule _tooLong = FieldRule.Type("an integer of at most 64 bits, for Parquet");
    private readonly FieldRule _noDouble = FieldRule.Type("a number that a double holds, for Parquet");
    private readonly FieldRule? _range;
    private readonly NumberBound? _minimum;
    private readonly NumberBound? _maximum;

    // How a value has to compare with the bounds: 0 is equal.
    private readonly int _minOrder;
    private readonly int _maxOrder;
    private readonly FieldRule? _enumRule;
    private readonly BigNumber[]? _enum;
    private readonly NumberTotals _totals = new();

    private long _mantissa;
    private int _scale;
    private Kind _kind;
    private BigNumber _big;

    public NumberCleaner(SchemaField field, IReadOnlyList<string> missingValues, CsvOutput output)
        : base(field, missingValues)
    {
        _fractions = field.Type == FieldType.Number;
        _long = !_fractions && output == CsvOutput.Parquet;
        _double = _fractions && output == CsvOutput.Parquet;
        _text = new(field);
        _exact = field.IsExact ? new(field) : null;
        _plain = _text.IsPlain && (_exact is null || field.Unit is null);
        _type = FieldRule.Type(Wording.DescribeType(field));
        var constraints = field.Constraints;
        _minimum = (constraints.Minimum ?? constraints.ExclusiveMinimum) is { } minimum ? new(minimum) : null;
        _maximum = (constraints.Maximum ?? constraints.ExclusiveMaximum) is { } maximum ? new(maximum) : null;
        (_minOrder, _maxOrder) = (constraints.ExclusiveMinimum is null ? 0 : 1, constraints.ExclusiveMaximum is null ? 0 : -1);
        _range = Wording.DescribeRange(constraints);
        if (constraints.Enum is { } values)
        {
            _enum = [.. values.Select(v => BigNumber.Parse(Encoding.UTF8.GetBytes(v)).Normalize())];
            _enumRule = Wording.DescribeEnum(values);
        }
    }

    private enum Kind : byte
    {
        Small,
        Big,
        NotFinite,
    }

    public bool TryGetSmall(out long mantissa, out int scale)
    {
        (mantissa, scale) = (_mantissa, _scale);
        return _kind == Kind.Small && !IsMissing;
    }

    public bool TryGetExact(out BigNumber value)
    {
        value = _kind == Kind.Small ? new BigNumber(_mantissa, _scale) : _big;
        return _kind != Kind.NotFinite;
    }

    protected override FieldRule? CleanValue(ReadOnlySpan<byte> text, RecordWriter writer, bool ascii)
    {
        if (!_plain || !TryPlain(text))
        {
            text = _exact is null ? _text.Normalize(text) : _exact.Read(text);
            if (text.IsEmpty) return _type;
            if (!TryPlain(text)) ReadLong(text);
        }

        if ((_range is not null || _enum is not null || _long) && CheckConstraints() is { } broken) return broken;
        if (_double && !IsDouble(text)) return _noDouble;

        if (_fractions) writer.WriteNumber(text);
        else writer.WriteInteger(text);
        return null;
    }

    protected override void AcceptValue()
    {
        if (_kind == Kind.Small) _totals.Add(_mantissa, _scale);
        else if (_kind == Kind.Big) _totals.Add(_big);
        else _totals.AddUnmeasured();
    }

    protected override ColumnStatistics Describe(ColumnStatistics statistics) => _totals.Describe(statistics);

    // Canonical text of at most 18 digits: no plus, no leading zero, no negative zero, digits on both sides of the point.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPlain(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > MaxSmallDigits + 2) return false;
        var i = 0;
        var negative = text[0] == '-';
        if (negative) i++;
        var first = i;
        var value = 0L;
        uint digit;
        for (; i < text.Length && (digit = (uint)(text[i] - '0')) <= 9; i++) value = value * 10 + digit;
        var digits = i - first;
        if (digits == 0 || (digits > 1 && text[first] == '0')) return false;
        var scale = 0;
        if (i < text.Length)
        {
            if (!_fractions || text[i] != '.') return false;
            var point = ++i;
            for (; i < text.Length && (digit = (uint)(text[i] - '0')) <= 9; i++) value = value * 10 + digit;
            scale = i - point;
            if (scale == 0 || i < text.Length) return false;
            digits += scale;
        }

        if (digits > MaxSmallDigits || (negative && value == 0)) return false;
        _mantissa = negative ? -value : value;
        _scale = scale;
        _kind = Kind.Small;
        return true;
    }

    private void ReadLong(ReadOnlySpan<byte> canonical)
    {
        if (canonical[^1] is (byte)'N' or (byte)'F')
        {
            _kind = Kind.NotFinite;
            return;
        }

        _kind = Kind.Big;
        _big = BigNumber.Parse(canonical);
    }

    // A number beyond a double would become an infinity, and one of an exact column another number.
    private bool IsDouble(ReadOnlySpan<byte> canonical)
    {
        if (_kind == Kind.NotFinite || (_kind == Kind.Small && (_exact is null || canonical.Length <= SafeDoubleLength))) return true;
        var value = double.Parse(canonical, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) return false;
        if (_exact is null) return true;

        Span<byte> shortest = stackalloc byte[32];
        value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        return BigNumber.Compare(BigNumber.Parse(shortest[..length]), _kind == Kind.Small ? new BigNumber(_mantissa, _scale) : _big) == 0;
    }

    private FieldRule? CheckConstraints()
    {
        if (_kind == Kind.NotFinite) return _range ?? _enumRule;
        if (_long && _kind == Kind.Big && (_big.Mantissa > long.MaxValue || _big.Mantissa < long.MinValue)) return _tooLong;
        if (_minimum is not null && (_kind == Kind.Small ? _minimum.Compare(_mantissa, _scale) : _minimum.Compare(_big)) < _minOrder)
            return _range;
        if (_maximum is not null && (_kind == Kind.Small ? _maximum.Compare(_mantissa, _scale) : _maximum.Compare(_big)) > _maxOrder)
            return _range;
        if (_enum is null) return null;

        var value = _kind == Kind.Small ? new BigNumber(_mantissa, _scale) : _big;
        foreach (var allowed in _enum)
        {
            if (BigNumber.Compare(value, allowed) == 0) return null;
        }

        return _enumRule;
    }
}
