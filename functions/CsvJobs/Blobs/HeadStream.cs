using Serverless.Storage;

namespace Serverless.CsvJobs.Blobs;

/// <summary>Passes on what is written, and keeps its beginning.</summary>
internal sealed class HeadStream(Stream inner, int length) : ForwardStream
{
    private readonly MemoryStream _head = new();

    public override bool CanRead => false;

    public override bool CanWrite => true;

    /// <summary>The first lines that were written, as far as they are kept whole.</summary>
    public ReadOnlyMemory<byte> Head
    {
        get
        {
            var kept = _head.GetBuffer().AsMemory(0, (int)_head.Length);
            return kept.Length < length ? kept : kept[..(kept.Span.LastIndexOf((byte)'\n') + 1)];
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = length - (int)_head.Length;
        if (room > 0) _head.Write(buffer.Span[..Math.Min(room, buffer.Length)]);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
