using System.IO.Compression;

namespace Serverless.Csv.Output;

/// <summary>
/// Packs text as members of a gzip file, one after the other. Members in a row are one file (RFC 1952), and each can be unpacked alone.
/// </summary>
internal sealed class GzipMember : IDisposable
{
    private const int BufferBytes = 64 << 10;

    // Most of what the next levels save at a third of their time: cleaning must not wait for it.
    private static readonly ZLibCompressionOptions Options = new() { CompressionLevel = 2 };

    // The platform writes nothing at all for nothing, which no program takes for a gzip file.
    private static readonly byte[] Empty = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly PendingBuffer _packed = new(BufferBytes);
    private GZipStream? _member;

    /// <summary>The bytes of text in the member at hand.</summary>
    public long TextLength { get; private set; }

    /// <summary>The packed bytes that were not taken yet.</summary>
    public ReadOnlySpan<byte> Pending => _packed.Span;

    /// <summary>A text as one member.</summary>
    public static byte[] Of(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return [.. Empty];
        using var member = new GzipMember();
        member.Write(text);
        member.End();
        return member.Pending.ToArray();
    }

    /// <summary>The text of members.</summary>
    public static byte[] Read(ReadOnlyMemory<byte> members)
    {
        using var packed = new MemoryStream(members.ToArray());
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using var text = new MemoryStream();
        unpacked.CopyTo(text);
        return text.ToArray();
    }

    /// <summary>Adds text to the member at hand.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return;
        _member ??= new GZipStream(new PendingStream(_packed), Options);
        _member.Write(text);
        TextLength += text.Length;
    }

    /// <summary>Ends the member at hand, if there is one.</summary>
    public void End()
    {
        _member?.Dispose();
        _member = null;
        TextLength = 0;
    }

    /// <summary>Forgets <see cref="Pending"/>, once it is taken.</summary>
    public void Clear() => _packed.Truncate(0);

    public void Dispose() => _member?.Dispose();
}
