using System.Buffers.Binary;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>A column of texts.</summary>
internal sealed class ParquetTextColumn(DataField field) : ParquetColumn(field, ParquetType.Bytes)
{
    // A longer one would make the footer large and tell no reader more.
    private const int MaxBoundBytes = 64;

    private readonly PendingBuffer _min = new(MaxBoundBytes);
    private readonly PendingBuffer _max = new(MaxBoundBytes);
    private bool _hasValues;
    private bool _isTooLong;
    private ReadOnlyMemory<char>?[] _loaded = [];

    protected override bool IsBounded => _hasValues && !_isTooLong;

    protected override ReadOnlySpan<byte> Min => _min.Span;

    protected override ReadOnlySpan<byte> Max => _max.Span;

    public void Set(int row, ReadOnlySpan<byte> utf8, ParquetPage page)
    {
        StartValue(row, page);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        Values.Append(length, page.Memory);
        Values.Append(utf8, page.Memory);
    }

    public override async Task LoadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        _loaded = new ReadOnlyMemory<char>?[group.RowCount];
        await group.ReadAsync<ReadOnlyMemory<char>>(field, _loaded.AsMemory(), cancellationToken: cancellationToken);
    }

    public override void Copy(int from, int row, ParquetPage page)
    {
        if (_loaded[from] is { } text) Set(row, Encoding.UTF8.GetBytes(text.ToString()), page);
        else SetMissing(row, page);
    }

    protected override void AppendValues(PendingBuffer page)
    {
        var values = Values.CopyTo(page);
        if (!_isTooLong && values.Length > 0) FindBounds(values);
    }

    protected override void ForgetBounds() => (_hasValues, _isTooLong) = (false, false);

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> values)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(values);
        var text = values.Slice(sizeof(int), length);
        values = values[(sizeof(int) + length)..];
        return text;
    }

    private static void Replace(PendingBuffer bound, ReadOnlySpan<byte> text)
    {
        bound.Truncate(0);
        bound.Append(text);
    }

    private void FindBounds(ReadOnlySpan<byte> values)
    {
        ReadOnlySpan<byte> min = _min.Span, max = _max.Span;
        if (!_hasValues) min = max = Take(ref values);
        while (values.Length > 0)
        {
            var text = Take(ref values);
            if (text.SequenceCompareTo(min) < 0) min = text;
            else if (text.SequenceCompareTo(max) > 0) max = text;
        }

        _hasValues = true;
        _isTooLong = Math.Max(min.Length, max.Length) > MaxBoundBytes;
        if (_isTooLong) return;
        Replace(_min, min);
        Replace(_max, max);
    }
}
