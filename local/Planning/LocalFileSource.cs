using Serverless.CsvParsing;
using Serverless.Local.Jobs;

namespace Serverless.Local.Planning;

/// <summary>A file of this machine, as the reader of ranges wants it.</summary>
internal sealed class LocalFileSource(SourceFile file) : IRangeSource
{
    private FileStream? _last;
    private long _end;

    /// <summary>The number of bytes that were read.</summary>
    public long Position => _last is { CanRead: true } open ? open.Position : _end;

    public ValueTask<Stream> OpenAsync(long offset, long count, CancellationToken cancellationToken)
    {
        var stream = file.OpenRead();
        stream.Position = offset;
        _end = offset + count;
        return ValueTask.FromResult<Stream>(_last = stream);
    }
}
