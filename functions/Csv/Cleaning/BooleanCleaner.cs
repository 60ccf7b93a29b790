using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

internal sealed class BooleanCleaner : ColumnCleaner, IOrderedValue
{
    private readonly Utf8Set _true;
    private readonly Utf8Set _false;
    private readonly FieldRule _type;
    private readonly Utf8Set? _enum;
    private readonly FieldRule? _enumRule;

    private bool _value;

    public BooleanCleaner(SchemaField field, IReadOnlyList<string> missingValues)
        : base(field, missingValues)
    {
        _true = new(field.TrueValues);
        _false = new(field.FalseValues);
        _type = FieldRule.Type(Wording.DescribeType(field));
        if (field.Constraints.Enum is { } values)
        {
            _enum = new(values);
            _enumRule = Wording.DescribeEnum(values);
        }
    }

    public bool TryGetKey(out long key)
    {
        key = _value ? 1 : 0;
        return !IsMissing;
    }

    protected override FieldRule? CleanValue(ReadOnlySpan<byte> text, RecordWriter writer, bool ascii)
    {
        var value = _true.Contains(text);
        if (!value && !_false.Contains(text)) return _type;
        if (_enum is not null && !_enum.Contains(value ? "true"u8 : "false"u8)) return _enumRule;
        _value = value;
        writer.WriteBoolean(value);
        return null;
    }

    protected override void AcceptValue()
    {
    }

    protected override ColumnStatistics Describe(ColumnStatistics statistics) => statistics;
}
