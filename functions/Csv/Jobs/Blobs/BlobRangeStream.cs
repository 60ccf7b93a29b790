using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.Csv.Jobs.Blobs;

/// <summary>
/// Reads a blob forward from a position: one request for what is expected to be needed, then further ones, each twice as large,
/// only if the reader goes on. Every request names the content that the job is about.
/// </summary>
/// <param name="blob">The file.</param>
/// <param name="etag">Its content; another one fails the job.</param>
/// <param name="start">The first byte.</param>
/// <param name="expected">Bytes to ask for at first.</param>
/// <param name="size">The blob's size in bytes.</param>
public sealed class BlobRangeStream(BlobClient blob, ETag etag, long start, long expected, long size) : Stream
{
    private const long FirstExtension = 256 << 10;
    private const long MaxExtension = 8 << 20;

    private readonly BlobRequestConditions _conditions = new() { IfMatch = etag };
    private long _position = start;
    private long _windowEnd = start;
    private long _nextWindow = Math.Max(expected, 1);
    private Stream? _window;

    /// <summary>Requests made so far.</summary>
    public int Requests { get; private set; }

    /// <summary>Bytes asked for so far.</summary>
    public long RequestedBytes { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="CsvJobException">The blob was replaced or deleted.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position < size && buffer.Length > 0)
        {
            _window ??= await OpenWindowAsync(cancellationToken);
            var read = await _window.ReadAsync(buffer, cancellationToken);
            _position += read;
            if (read > 0) return read;
            if (_position < _windowEnd) throw new EndOfStreamException($"Storage sent {_windowEnd - _position} bytes less than the blob has.");
            await _window.DisposeAsync();
            _window = null;
        }

        return 0;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Not supported: a thread that waits for the network is a thread lost to the other ranges.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _window?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<Stream> OpenWindowAsync(CancellationToken cancellationToken)
    {
        var length = Math.Min(_nextWindow, size - _position);
        var options = new BlobDownloadOptions { Range = new HttpRange(_position, length), Conditions = _conditions };
        var response = await SourceBlob.GuardAsync(() => blob.DownloadStreamingAsync(options, cancellationToken));
        Requests++;
        RequestedBytes += length;
        _windowEnd = _position + length;
        _nextWindow = Requests == 1 ? FirstExtension : Math.Min(_nextWindow * 2, MaxExtension);
        return response.Value.Content;
    }
}
