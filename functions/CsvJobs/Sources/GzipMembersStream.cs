using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Sources;

/// <summary>
/// The text of a gzip file, member by member, each held against its CRC-32 and its length (RFC 1952). The platform's own stream takes
/// a file that was cut off for one that has ended.
/// </summary>
internal sealed class GzipMembersStream(Stream compressed) : ForwardStream
{
    private const int TrailerBytes = 8;

    private readonly GzipInput _input = new(compressed);
    private readonly Crc32 _crc = new();
    private DeflateStream? _member;
    private long _length;
    private bool _atEnd;

    /// <exception cref="InvalidDataException">The file is damaged, cut off, or followed by something else.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (!_atEnd)
        {
            if (_member is null) await OpenMemberAsync(cancellationToken);
            var count = await InflateAsync(buffer, cancellationToken);
            if (count > 0)
            {
                _crc.Append(buffer.Span[..count]);
                _length += count;
                return count;
            }

            if (_input.WasExhausted) throw Cut();
            await CloseMemberAsync(cancellationToken);
        }

        return 0;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_member is not null) await _member.DisposeAsync();
        await compressed.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            compressed.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask OpenMemberAsync(CancellationToken cancellationToken)
    {
        if (!await GzipHeader.TrySkipAsync(_input, cancellationToken)) throw Cut();
        _member = new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
        _crc.Reset();
        _length = 0;
    }

    private async ValueTask<int> InflateAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _member!.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The gzip file is damaged: what it holds near byte {_input.Offset} cannot be decompressed. Compress it anew."), e);
        }
    }

    // The inflater does not tell where in its last portion the member ended: its CRC and length, known now, stand right behind it.
    private async ValueTask CloseMemberAsync(CancellationToken cancellationToken)
    {
        await _member!.DisposeAsync();
        _member = null;
        await _input.PeekBehindAsync(TrailerBytes + GzipHeader.MagicBytes, cancellationToken);

        var garbage = -1;
        var last = _input.Peeked.Length - TrailerBytes;
        for (var at = 0; at <= Math.Min(last, _input.LastPortion); at++)
        {
            if (!IsTrailer(_input.Peeked.Span[at..])) continue;
            var behind = _input.Peeked.Span[(at + TrailerBytes)..];
            _atEnd = behind.IsEmpty;
            if (_atEnd || behind is [0x1F, 0x8B, ..])
            {
                _input.Accept(at + TrailerBytes);
                return;
            }

            if (garbage < 0) garbage = at + TrailerBytes;
        }

        if (garbage < 0) throw Mismatch();
        _input.Accept(garbage);
        if (await _input.FindNonZeroAsync(cancellationToken) is { } position)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The gzip file is followed by something that is no gzip data, from byte {position} on. Remove that, or compress " +
                $"the file anew."));
        }

        // Zeros behind the last member are what tapes and some archivers leave.
        _atEnd = true;
    }

    private bool IsTrailer(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes) == _crc.GetCurrentHashAsUInt32()
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == (uint)_length;

    // Where the checksum is wrong rather than missing, the length or the checksum stands in its place at the end.
    private InvalidDataException Mismatch()
    {
        var rest = _input.Peeked.Span;
        if (rest.Length < TrailerBytes) return Cut();
        var isLength = BinaryPrimitives.ReadUInt32LittleEndian(rest[^4..]) == (uint)_length;
        var isCrc = BinaryPrimitives.ReadUInt32LittleEndian(rest[^TrailerBytes..]) == _crc.GetCurrentHashAsUInt32();
        return _input.IsAtEnd && !isLength && !isCrc
            ? Cut()
            : new InvalidDataException(
                "The gzip file is damaged: what comes out does not match its checksum (CRC-32) or length. Compress it anew, or " +
                "send it again.");
    }

    private InvalidDataException Cut() => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The gzip file ends early, at byte {_input.Offset}: a part of it is missing. Send the whole file again."));
}
