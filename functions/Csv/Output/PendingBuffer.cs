using System.Buffers;
using System.Runtime.CompilerServices;

namespace Serverless.Csv.Output;

/// <summary>Bytes that grow at their end and can be cut back to a mark.</summary>
internal sealed class PendingBuffer(int capacity = 64 * 1024) : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public Span<byte> Span => _bytes.AsSpan(0, Length);

    public void Advance(int count) => Length += count;

    public void Truncate(int length) => Length = length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_bytes.Length - Length < sizeHint || _bytes.Length == Length) Grow(sizeHint);
        return _bytes.AsSpan(Length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return _bytes.AsMemory(Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte value)
    {
        GetSpan(1)[0] = value;
        Length++;
    }

    private void Grow(int more)
    {
        var size = (int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)Length + Math.Max(more, 1)));
        Array.Resize(ref _bytes, size);
    }
}
