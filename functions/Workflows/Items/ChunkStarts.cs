namespace Serverless.Workflows.Items;

/// <summary>Finds where chunks start in lines that pass by: one number a chunk. Blank lines are no items.</summary>
internal sealed class ChunkStarts(int chunkSize)
{
    private readonly List<long> _starts = [];
    private long _position;
    private long _lineStart;
    private bool _hasText;

    /// <summary>Items so far.</summary>
    public long Items { get; private set; }

    /// <summary>Chunks so far.</summary>
    public int Chunks => _starts.Count;

    /// <summary>Takes bytes in.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            _hasText |= line.ContainsAnyExcept(" \t\r"u8);
            _position += line.Length;
            bytes = bytes[line.Length..];
            if (end < 0) return;

            _position++;
            bytes = bytes[1..];
            EndLine();
        }
    }

    /// <summary>The positions of the chunks, and the end of the last.</summary>
    public IReadOnlyList<long> End()
    {
        EndLine();
        return [.. _starts, _position];
    }

    private void EndLine()
    {
        if (_hasText)
        {
            if (Items % chunkSize == 0) _starts.Add(_lineStart);
            Items++;
        }

        _hasText = false;
        _lineStart = _position;
    }
}

/// <summary>Passes on what is written, and shows it to the count.</summary>
internal sealed class CountingStream(Stream target, ChunkStarts starts) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => target.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count)
    {
        starts.Add(buffer.AsSpan(offset, count));
        target.Write(buffer, offset, count);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        starts.Add(buffer.Span);
        await target.WriteAsync(buffer, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
