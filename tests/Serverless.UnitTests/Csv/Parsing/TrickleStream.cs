using Serverless.Storage;

namespace Serverless.UnitTests.Csv.Parsing;

/// <summary>Hands bytes out in small uneven portions, as a network does.</summary>
internal sealed class TrickleStream(ReadOnlyMemory<byte> bytes, Random random, int most) : ForwardStream
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = Math.Min(Math.Min(buffer.Length, _rest.Length), random.Next(1, most + 1));
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return ValueTask.FromResult(count);
    }
}
