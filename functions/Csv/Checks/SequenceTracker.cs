using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>Follows the values of a column, record by record.</summary>
/// <param name="column">The column.</param>
internal sealed class SequenceTracker(INumberValue column)
{
    private long _start = -1;
    private long _break = -1;
    private BigNumber? _first;
    private BigNumber _next;

    // The next value, where it is a small integer: nearly always.
    private long _nextSmall;
    private bool _isSmall;

    public SequenceState State => new(_start, _first?.ToString(), _first is null ? null : Next.ToString(), _break);

    private BigNumber Next => _isSmall ? new BigNumber(_nextSmall, 0) : _next;

    /// <summary>Takes the record at hand.</summary>
    /// <param name="position">Where it starts.</param>
    /// <param name="hasValue">It has a value there that can be read.</param>
    public void Take(long position, bool hasValue)
    {
        if (_break >= 0) return;
        if (_start < 0) _start = position;
        if (hasValue && _isSmall && column.TryGetSmall(out var mantissa, out var scale) && scale == 0 && mantissa == _nextSmall)
        {
            _nextSmall++;
            return;
        }

        // Numbers of so many digits are not counted with.
        if (!hasValue || !column.TryGetExact(out var value) || !value.IsMeasurable
            || (_first is not null && BigNumber.Compare(value, Next) != 0))
        {
            _break = position;
            return;
        }

        _first ??= value;
        var next = BigNumber.Add(value, new BigNumber(1, 0)).Normalize();
        _isSmall = next.Scale == 0 && next.Mantissa > long.MinValue && next.Mantissa < long.MaxValue / 2;
        (_next, _nextSmall) = (next, _isSmall ? (long)next.Mantissa : 0);
    }
}
