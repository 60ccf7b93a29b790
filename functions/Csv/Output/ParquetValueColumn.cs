using System.Numerics;
using System.Runtime.InteropServices;
using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>A column of numbers, or of times as numbers.</summary>
/// <typeparam name="T">The number in the file.</typeparam>
/// <typeparam name="TRead">What it is read as.</typeparam>
/// <param name="field">The column.</param>
/// <param name="type">How a value is stored.</param>
/// <param name="convert">Makes the number of what was read.</param>
internal sealed class ParquetValueColumn<T, TRead>(DataField field, ParquetType type, Func<TRead, T> convert)
    : ParquetNumberColumn<T>(field, type)
    where T : unmanaged, INumber<T>
    where TRead : struct
{
    private TRead?[] _loaded = [];

    public override async Task LoadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        _loaded = new TRead?[group.RowCount];
        await group.ReadAsync<TRead>(field, _loaded.AsMemory(), cancellationToken: cancellationToken);
    }

    public override void Copy(int from, int row, ParquetPage page)
    {
        if (_loaded[from] is { } value) Set(row, convert(value), page);
        else SetMissing(row, page);
    }
}

/// <summary>A column of numbers, whatever they are read as.</summary>
/// <typeparam name="T">The number in the file.</typeparam>
/// <param name="field">The column.</param>
/// <param name="type">How a value is stored.</param>
internal abstract class ParquetNumberColumn<T>(DataField field, ParquetType type) : ParquetColumn(field, type)
    where T : unmanaged, INumber<T>
{
    private T _min;
    private T _max;
    private bool _hasValues;
    private bool _isUnordered;

    protected override bool IsBounded => _hasValues && !_isUnordered;

    protected override ReadOnlySpan<byte> Min => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in _min));

    protected override ReadOnlySpan<byte> Max => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in _max));

    public void Set(int row, T value, ParquetPage page)
    {
        StartValue(row, page);
        Values.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), page.Memory);
    }

    protected override void AppendValues(PendingBuffer page)
    {
        var values = MemoryMarshal.Cast<byte, T>(Values.CopyTo(page));
        if (values.Length > 0) FindBounds(values);
    }

    protected override void ForgetBounds() => (_hasValues, _isUnordered) = (false, false);

    private void FindBounds(ReadOnlySpan<T> values)
    {
        var (min, max) = _hasValues ? (_min, _max) : (values[0], values[0]);
        foreach (var value in values)
        {
            if (value < min) min = value;
            if (value > max) max = value;

            // Systems disagree on whether it is greater than all others.
            _isUnordered |= T.IsNaN(value);
        }

        // By the format, for those that tell zeros by their sign.
        _min = T.IsZero(min) ? -T.Zero : min;
        _max = T.IsZero(max) ? T.Zero : max;
        _hasValues = true;
    }
}
