using System.Text;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Inference;

/// <summary>Finds out what one column is from a sample of its values.</summary>
internal sealed class ColumnInference(string name)
{
    // No number that is not digits alone, date or word of any kind is longer.
    private const int MaxValueLength = 160;

    private static readonly IReadOnlyList<string> TrueValues = ["true", "True", "TRUE"];
    private static readonly IReadOnlyList<string> FalseValues = ["false", "False", "FALSE"];

    private readonly NumberReading _numbers = new();
    private readonly TemporalReading _times = new();
    private readonly Dictionary<string, long> _missingWords = new(StringComparer.Ordinal);
    private long _values;
    private long _empty;
    private long _booleans;
    private bool _hasSpaces;

    public bool HasDecimalCommas => _numbers.HasDecimalCommas;

    /// <param name="text">A cell's text, which may be invalid UTF-8.</param>
    public void Add(ReadOnlySpan<byte> text)
    {
        var value = Spaces.Trim(text);
        _hasSpaces |= value.Length < text.Length;
        if (value.IsEmpty)
        {
            _empty++;
            return;
        }

        if (value.Length > MaxValueLength)
        {
            _values++;
            if (value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
                _numbers.Add(new NumberShape("", '\0', '\0', '\0', value[0] == '0' ? NumberTrait.LeadingZeros : NumberTrait.Long));
            return;
        }

        Span<char> chars = stackalloc char[MaxValueLength];
        Add(value, chars[..Encoding.UTF8.GetChars(value, chars)]);
    }

    /// <summary>Decides the column's type.</summary>
    /// <param name="share">The share of the values that has to be of a type.</param>
    /// <param name="commasElsewhere">Another column of the file has decimal commas.</param>
    public InferredColumn Build(double share, bool commasElsewhere)
    {
        var words = _missingWords.Values.Sum();
        var findings =
            new[] { Boolean(share), _numbers.Decide(name, _values, share, commasElsewhere), _times.Decide(name, _values, share) };
        if (Array.Find(findings, f => f.HasType) is { } found)
        {
            var field = found.Field with
            {
                MissingValues = words == 0
                    ? null
                        : ["", .. _missingWords.OrderByDescending(w => w.Value).ThenBy(w => w.Key, StringComparer.Ordinal)
                            .Select(w => w.Key)],
                Clean = _hasSpaces ? [CleanStep.Trim] : [],
            };
            return new(field, _empty + words, found.Fits / (double)_values, found.Remark);
        }

        var remark = _values > 0 ? Array.Find(findings, f => f.Remark is not null)?.Remark : _empty + words > 0 ? "no values" : null;
        return new(new SchemaField(name), _empty, null, remark);
    }

    private void Add(ReadOnlySpan<byte> value, ReadOnlySpan<char> chars)
    {
        if (MissingWords.TryFind(chars, out var word))
        {
            _missingWords[word] = _missingWords.GetValueOrDefault(word) + 1;
            return;
        }

        _values++;
        if (chars is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            _booleans++;
            return;
        }

        Span<char> shape = stackalloc char[TemporalShape.MaxLength];
        if (TemporalShape.Read(chars, shape) is var length and > 0) _times.Add(value, shape[..length]);
        if (NumberShape.TryRead(chars, out var number)) _numbers.Add(number);
    }

    private Finding Boolean(double share)
    {
        var text = new SchemaField(name);
        return Finding.IsEnough(_booleans, _values, share)
            ? new(text with { Type = FieldType.Boolean, TrueValues = TrueValues, FalseValues = FalseValues, IsExact = true }, _booleans)
            : new(text, _booleans, Finding.DescribeShare("booleans", _booleans, _values));
    }
}
