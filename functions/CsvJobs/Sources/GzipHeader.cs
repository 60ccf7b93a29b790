namespace Serverless.CsvJobs.Sources;

/// <summary>The header of a gzip member (RFC 1952, 2.3).</summary>
internal static class GzipHeader
{
    /// <summary>The number of bytes that tell that a member begins.</summary>
    public const int MagicBytes = 2;

    private const int Deflate = 8;

    // Time, extra flags, system.
    private const int Unused = 6;

    [Flags]
    private enum Field
    {
        HeaderCrc = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
        Reserved = 0xE0,
    }

    /// <summary>Passes over a header; false when the file ends within it.</summary>
    /// <exception cref="InvalidDataException">It is no header.</exception>
    public static async ValueTask<bool> TrySkipAsync(GzipInput input, CancellationToken cancellationToken)
    {
        var first = await input.ReadByteAsync(cancellationToken);
        var second = await input.ReadByteAsync(cancellationToken);
        if (second < 0) return false;
        if ((first, second) != (0x1F, 0x8B)) throw new InvalidDataException("The file does not begin as a gzip file does.");

        var method = await input.ReadByteAsync(cancellationToken);
        if (method is not (Deflate or < 0))
            throw new InvalidDataException($"The gzip file is compressed by method {method}, which is not deflate. Compress it anew.");
        var value = await input.ReadByteAsync(cancellationToken);
        if (value < 0) return false;
        var flags = (Field)value;
        if ((flags & Field.Reserved) != 0)
            throw new InvalidDataException("The gzip file is damaged: its header has flags that mean nothing. Compress it anew.");

        var whole = await SkipAsync(input, Unused, cancellationToken);
        if (whole && flags.HasFlag(Field.Extra)) whole = await SkipExtraAsync(input, cancellationToken);
        if (whole && flags.HasFlag(Field.Name)) whole = await SkipTextAsync(input, cancellationToken);
        if (whole && flags.HasFlag(Field.Comment)) whole = await SkipTextAsync(input, cancellationToken);
        if (whole && flags.HasFlag(Field.HeaderCrc)) whole = await SkipAsync(input, 2, cancellationToken);
        return whole;
    }

    private static async ValueTask<bool> SkipExtraAsync(GzipInput input, CancellationToken cancellationToken)
    {
        var low = await input.ReadByteAsync(cancellationToken);
        var high = await input.ReadByteAsync(cancellationToken);
        return high >= 0 && await SkipAsync(input, low | (high << 8), cancellationToken);
    }

    private static async ValueTask<bool> SkipTextAsync(GzipInput input, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (await input.ReadByteAsync(cancellationToken))
            {
                case < 0: return false;
                case 0: return true;
            }
        }
    }

    private static async ValueTask<bool> SkipAsync(GzipInput input, int count, CancellationToken cancellationToken)
    {
        while (count-- > 0)
        {
            if (await input.ReadByteAsync(cancellationToken) < 0) return false;
        }

        return true;
    }
}
