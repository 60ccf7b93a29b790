using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Strings of every format, and columns of any type.</summary>
internal sealed class TextCleaner : ColumnCleaner, ITextValue
{
    private readonly bool _formulaSafe;
    private readonly bool _checked;
    private readonly StringFormat? _format;
    private readonly FieldRule _type;
    private readonly int _minLength;
    private readonly int _maxLength;
    private readonly FieldRule _lengthRule;
    private readonly Regex? _pattern;
    private readonly FieldRule? _patternRule;
    private readonly Utf8Set? _enum;
    private readonly FieldRule? _enumRule;

    // What a text is cleaned in serves the next field, too: a check needs a copy.
    private byte[]? _kept;
    private int _keptLength;
    private int _length;
    private int _minSeen = int.MaxValue;
    private int _maxSeen = -1;

    public TextCleaner(SchemaField field, IReadOnlyList<string> missingValues)
        : base(field, missingValues)
    {
        var constraints = field.Constraints;
        _formulaSafe = field.FormulaSafe;
        _format = StringFormat.Find(field);
        _type = FieldRule.Type(Wording.DescribeType(field));
        _minLength = constraints.MinLength ?? 0;
        _maxLength = constraints.MaxLength ?? int.MaxValue;
        _lengthRule = Wording.DescribeLength(constraints.MinLength, constraints.MaxLength);
        if (constraints.Pattern is { } pattern)
        {
            _pattern = FieldConstraints.Compile(pattern);
            _patternRule = FieldRule.Constraint($"text that matches {pattern}");
        }

        if (constraints.Enum is { } values)
        {
            _enum = new(values);
            _enumRule = Wording.DescribeEnum(values);
        }

        _checked = _format is not null || _pattern is not null || _enum is not null || constraints.MinLength is not null
            || constraints.MaxLength is not null;
    }

    public ReadOnlySpan<byte> Text => _kept.AsSpan(0, _keptLength);

    public void Keep() => _kept ??= new byte[64];

    protected override FieldRule? CleanValue(ReadOnlySpan<byte> text, RecordWriter writer, bool ascii)
    {
        _length = ascii ? text.Length : CountCharacters(text);
        if (_checked && Check(text) is { } broken) return broken;
        writer.WriteText(text, _formulaSafe);
        if (_kept is null) return null;
        if (text.Length > _kept.Length) _kept = new byte[Math.Max(text.Length, 2 * _kept.Length)];
        text.CopyTo(_kept);
        _keptLength = text.Length;
        return null;
    }

    protected override void AcceptValue()
    {
        _minSeen = Math.Min(_minSeen, _length);
        _maxSeen = Math.Max(_maxSeen, _length);
    }

    protected override ColumnStatistics Describe(ColumnStatistics statistics) => _maxSeen < 0
        ? statistics
        : statistics with { MinLength = _minSeen, MaxLength = _maxSeen };

    // Continuation bytes are 10xxxxxx: everything else starts a character.
    private static int CountCharacters(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text) count += (b & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }

    private FieldRule? Check(ReadOnlySpan<byte> text)
    {
        if (_format is not null && !_format.IsMatch(text)) return _type;
        if (_length < _minLength || _length > _maxLength) return _lengthRule;
        if (_pattern is not null && !Matches(text)) return _patternRule;
        return _enum is null || _enum.Contains(text) ? null : _enumRule;
    }

    private bool Matches(ReadOnlySpan<byte> text)
    {
        if (text.Length <= 256)
        {
            Span<char> near = stackalloc char[256];
            return _pattern!.IsMatch(near[..Encoding.UTF8.GetChars(text, near)]);
        }

        var chars = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            return _pattern!.IsMatch(chars.AsSpan(0, Encoding.UTF8.GetChars(text, chars)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }
}
