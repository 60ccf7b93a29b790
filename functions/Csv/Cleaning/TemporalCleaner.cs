using System.Text;
using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Dates, times and both, of every format.</summary>
internal sealed class TemporalCleaner : ColumnCleaner, IOrderedValue
{
    private readonly FieldType _kind;
    private readonly bool _iso;
    private readonly bool _exact;
    private readonly TemporalReader _reader;
    private readonly FieldRule _type;
    private readonly FieldRule? _range;
    private readonly long _minimum;
    private readonly long _maximum;
    private readonly Utf8Set? _enum;
    private readonly FieldRule? _enumRule;
    private readonly byte[] _canonical = new byte[40];

    private long _key;
    private long _lowest = long.MaxValue;
    private long _highest = long.MinValue;

    public TemporalCleaner(SchemaField field, IReadOnlyList<string> missingValues)
        : base(field, missingValues)
    {
        _kind = field.Type;
        _iso = field.Format == SchemaField.DefaultFormat;
        _exact = field.IsExact;
        _reader = new(field.Type, field.Format, _exact);
        _type = FieldRule.Type(Wording.DescribeType(field));
        var constraints = field.Constraints;
        _range = Wording.DescribeRange(constraints);
        _minimum = constraints.Minimum is { } minimum ? Order(Bound(minimum)) : constraints.ExclusiveMinimum is { } above
            ? Order(Bound(above)) + 1 : long.MinValue;
        _maximum = constraints.Maximum is { } maximum ? Order(Bound(maximum)) : constraints.ExclusiveMaximum is { } below
            ? Order(Bound(below)) - 1 : long.MaxValue;
        if (constraints.Enum is { } values)
        {
            _enum = new(values);
            _enumRule = Wording.DescribeEnum(values);
        }
    }

    public bool TryGetKey(out long key)
    {
        key = Order(_key);
        return !IsMissing;
    }

    protected override FieldRule? CleanValue(ReadOnlySpan<byte> text, RecordWriter writer, bool ascii)
    {
        if (!TryCanonical(text))
        {
            if (!_reader.TryRead(text, out var value)) return _type;
            if (!_exact || !_iso) text = _canonical.AsSpan(0, value.Write(_kind, _canonical));
            value.TryToUtc();
            _key = value.BuildKey(_kind);
        }

        if (_range is not null && (Order(_key) < _minimum || Order(_key) > _maximum)) return _range;
        if (_enum is not null && !_enum.Contains(text)) return _enumRule;

        if (_kind == FieldType.Date) writer.WriteDate(text);
        else if (_kind == FieldType.DateTime) writer.WriteDateTime(text);
        else writer.WriteTime(text);
        return null;
    }

    protected override void AcceptValue()
    {
        _lowest = Math.Min(_lowest, _key);
        _highest = Math.Max(_highest, _key);
    }

    protected override ColumnStatistics Describe(ColumnStatistics statistics) => _highest < _lowest
        ? statistics
        : statistics with { Minimum = TemporalValue.FormatKey(_kind, _lowest), Maximum = TemporalValue.FormatKey(_kind, _highest) };

    // ISO text without decimals or offset is canonical as it stands: nothing is built.
    private bool TryCanonical(ReadOnlySpan<byte> text)
    {
        if (!_iso) return false;
        var plain = _kind switch
        {
            FieldType.Date => text.Length == 10,
            FieldType.Time => text.Length == 8,
            _ => text.Length == 19 || (text.Length == 20 && text[19] == 'Z'),
        };
        var value = TemporalValue.Empty;
        if (!plain || !IsoTime.TryRead(_kind, text, ref value) || !value.IsValid) return false;
        _key = value.BuildKey(_kind);
        return true;
    }

    private long Bound(string canonical)
    {
        var value = TemporalValue.Empty;
        if (!IsoTime.TryRead(_kind, Encoding.UTF8.GetBytes(canonical), ref value) || !value.IsValid)
            throw new ArgumentException($"\"{canonical}\" is not canonical.", nameof(canonical));
        return value.BuildKey(_kind);
    }

    // Whether the zone is known does not count when values are compared with bounds.
    private long Order(long key) => _kind == FieldType.DateTime ? key >> 1 : key;
}
