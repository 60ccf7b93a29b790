using System.Globalization;
using Serverless.Storage;

namespace Serverless.Http;

/// <summary>Passes a body on until it turns out to be larger than allowed.</summary>
internal sealed class BoundedStream(Stream body, long limit) : ForwardStream
{
    private long _read;

    /// <inheritdoc/>
    /// <exception cref="BodyTooLargeException">More than the limit came.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        _read += count;
        if (_read > limit) throw TooLarge(limit);
        return count;
    }

    /// <summary>What is thrown, for who knows without reading.</summary>
    public static BodyTooLargeException TooLarge(long limit) => new(string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit} bytes."));
}
