using System.Buffers;
using Serverless.Storage;

namespace Serverless.Csv.Proof;

/// <summary>Reads a stream piece by piece, for the pieces' hashes.</summary>
internal sealed class HashedPieces(Stream content, HashKind kind, int bufferBytes) : IAsyncDisposable
{
    // Rented: there may be thousands of small files.
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(bufferBytes);
    private readonly ByteHash _hash = new(kind);

    /// <summary>The position of the next piece.</summary>
    public long Position { get; private set; }

    /// <summary>A piece was longer than what was left.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>The hash of the next bytes, or of as many as there are.</summary>
    public async Task<string> HashNextAsync(long length, CancellationToken cancellationToken)
    {
        while (length > 0 && !IsAtEnd)
        {
            var read = await content.ReadAsync(_buffer.AsMemory(0, (int)Math.Min(length, _buffer.Length)), cancellationToken);
            IsAtEnd = read == 0;
            _hash.Append(_buffer.AsSpan(0, read));
            (length, Position) = (length - read, Position + read);
        }

        return _hash.End();
    }

    /// <summary>Reads what is left, and says how much that was.</summary>
    public async Task<long> PassRestAsync(CancellationToken cancellationToken)
    {
        var start = Position;
        while (await content.ReadAsync(_buffer, cancellationToken) is var read and > 0) Position += read;
        return Position - start;
    }

    public ValueTask DisposeAsync()
    {
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        return content.DisposeAsync();
    }
}
