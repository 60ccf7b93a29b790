using System.IO.Hashing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Sources;

/// <summary>A member of an archive, held against the CRC-32 and the length that the directory gives for it.</summary>
/// <param name="member">The member's content.</param>
/// <param name="crc">The CRC-32 that it must have.</param>
/// <param name="length">Its length in bytes, which is never exceeded.</param>
/// <param name="owner">Disposed with it.</param>
internal sealed class CheckedStream(Stream member, uint crc, long length, IAsyncDisposable owner) : ForwardStream
{
    private readonly Crc32 _crc = new();
    private long _read;

    /// <exception cref="InvalidDataException">The content is not what the directory says.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        int count;
        try
        {
            count = await member.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }

        _read += count;
        _crc.Append(buffer.Span[..count]);
        if (_read > length || (count == 0 && (_read != length || _crc.GetCurrentHashAsUInt32() != crc))) throw Damaged(null);
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await member.DisposeAsync();
        await owner.DisposeAsync();
        await base.DisposeAsync();
    }

    private static InvalidDataException Damaged(Exception? cause) => new(
        "The zip archive is damaged: what comes out of it does not match its checksum (CRC-32) or length. Make it anew, or send it again.",
        cause);
}
