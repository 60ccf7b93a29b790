using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Sources;

/// <summary>
/// Hashes a file while somebody reads it: what is asked for in its order, as it passes; what was left out or read out of order, at the end.
/// </summary>
/// <param name="inner">The file.</param>
/// <param name="size">Its size in bytes.</param>
/// <param name="hash">Takes the whole file.</param>
internal sealed class HashedSource(IRangeSource inner, long size, ByteHash hash) : IRangeSource
{
    private const int BufferBytes = 64 << 10;

    public async ValueTask<Stream> OpenAsync(long offset, long count, CancellationToken cancellationToken)
    {
        var stream = await inner.OpenAsync(offset, count, cancellationToken);
        return new Passing(stream, offset, hash);
    }

    /// <summary>Hashes what is left.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (hash.Length == size) return;
        await using var rest = await OpenAsync(hash.Length, size - hash.Length, cancellationToken);
        var buffer = new byte[BufferBytes];
        while (await rest.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }

    private sealed class Passing(Stream stream, long offset, ByteHash hash) : ForwardStream
    {
        private long _position = offset;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            var known = hash.Length - _position;
            if (known >= 0 && known < count) hash.Append(buffer.Span[(int)known..count]);
            _position += count;
            return count;
        }

        public override async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
