using System.Buffers.Text;

namespace Serverless.Benchmarks.Orders;

/// <summary>Bytes of rows until they are written out.</summary>
internal sealed class RowBuffer(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public RowBuffer Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes.AsSpan(Length));
        Length += text.Length;
        return this;
    }

    public RowBuffer Comma()
    {
        _bytes[Length++] = (byte)',';
        return this;
    }

    public RowBuffer Number(long number)
    {
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(Length), out var written);
        Length += written;
        return this;
    }

    public RowBuffer TwoDigits(int number)
    {
        _bytes[Length++] = (byte)('0' + (number / 10));
        _bytes[Length++] = (byte)('0' + (number % 10));
        return this;
    }

    public RowBuffer Cents(long cents) => Number(cents / 100).Add("."u8).TwoDigits((int)(cents % 100));
}
