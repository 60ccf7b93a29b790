namespace Serverless.CsvParsing;

/// <summary>Reads a file's header.</summary>
internal static class HeaderReader
{
    private const int FirstPiece = 64 * 1024;

    /// <summary>
    /// Reads the header of a file, if its dialect says that there is one. Lines above it, blank ones and comments are passed over.
    /// </summary>
    /// <param name="source">The file.</param>
    /// <param name="length">The file's length in raw bytes.</param>
    /// <param name="dialect">How the file is written.</param>
    /// <param name="bomLength">The length of the byte order mark, where there is one.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="CsvFormatException">A line is longer than any record may be.</exception>
    public static async ValueTask<CsvHeader> ReadAsync(
        IRangeSource source, long length, CsvDialect dialect, int bomLength, CancellationToken cancellationToken)
    {
        if (!dialect.HasHeader && dialect.SkipRows == 0) return new CsvHeader([], bomLength, 0);

        await using var stream = new RangeStream(source, bomLength, bomLength, length, FirstPiece);
        using var reader = new CsvRecordReader(stream, dialect, bomLength);
        return await ReadAsync(reader, dialect, cancellationToken) with { FirstRecord = Math.Min(reader.NextPosition, length) };
    }

    /// <summary>Reads the header with a reader that stands at a file's start, and leaves it before the first record.</summary>
    /// <exception cref="CsvFormatException">A line is longer than any record may be.</exception>
    public static async ValueTask<CsvHeader> ReadAsync(CsvRecordReader reader, CsvDialect dialect, CancellationToken cancellationToken)
    {
        await reader.SkipLinesAsync(dialect.SkipRows, cancellationToken);
        if (!dialect.HasHeader) return new CsvHeader([], reader.NextPosition, reader.NextLine - 1, dialect.SkipRows);

        var decoder = new FieldDecoder(dialect);
        var rows = new List<string[]>();
        do
        {
            while (rows.Count < dialect.HeaderRows && reader.TryRead())
            {
                if (!reader.Current.IsBlank) rows.Add(Names(reader.Current, decoder, (byte)dialect.Quote));
            }
        }
        while (rows.Count < dialect.HeaderRows && await reader.FillAsync(cancellationToken));

        return new CsvHeader(Join(rows, dialect.HeaderJoin), reader.NextPosition, reader.NextLine - 1, dialect.SkipRows + reader.Comments);
    }

    private static string[] Names(CsvRecord header, FieldDecoder decoder, byte quote)
    {
        CheckQuotes(header, quote);
        var names = new string[header.Fields.Length];
        for (var i = 0; i < names.Length; i++) names[i] = decoder.DecodeText(header, i);
        return names;
    }

    // The next quote anywhere in the file would close it, and what stands between would be lost in a name.
    private static void CheckQuotes(CsvRecord header, byte quote)
    {
        for (var i = 0; i < header.Fields.Length; i++)
        {
            var field = header.Fields[i];
            if (field.Quoting is FieldQuoting.None or FieldQuoting.BareEscaped) continue;
            var end = field.Start + field.Length;
            var isClosed = !(header.Unclosed && i == header.Fields.Length - 1) && end < header.Raw.Length && header.Raw[end] == quote;
            if (isClosed || !(header.Unclosed || header[i].ContainsAny((byte)'\r', (byte)'\n'))) continue;
            throw new CsvFormatException(
                $"Line {header.Line} is the header, and its column {i + 1} opens a quote that is not closed: close it there, or give the " +
                $"option quote.", 0);
        }
    }

    // A blank cell says nothing about its column.
    private static string[] Join(List<string[]> rows, string between) => rows switch
    {
        [] => [],
        [var only] => only,
        _ =>
            [.. Enumerable.Range(0, rows.Max(r => r.Length))
                .Select(i => string.Join(between, rows.Where(r => i < r.Length && r[i].Length > 0).Select(r => r[i])))],
    };
}
