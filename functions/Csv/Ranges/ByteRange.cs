namespace Serverless.Csv.Ranges;

/// <summary>
/// A stretch of a file in raw bytes. It owns every record that starts after <paramref name="Start"/> and not after
/// <paramref name="End"/>; the range at the front also the one that starts on <paramref name="Start"/>.
/// </summary>
internal readonly record struct ByteRange(long Start, long End)
{
    /// <summary>Bytes from start to end.</summary>
    public long Length => End - Start;
}
