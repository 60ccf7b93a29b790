using Serverless.Csv.Parsing;

namespace Serverless.Csv.Ranges;

/// <summary>Reads a file's header.</summary>
public static class HeaderReader
{
    private const int FirstPiece = 64 * 1024;

    /// <summary>Reads the header of a file, if its dialect says that there is one. Blank lines before it are passed over.</summary>
    /// <param name="source">The file.</param>
    /// <param name="length">The file's length in raw bytes.</param>
    /// <param name="dialect">How the file is written.</param>
    /// <param name="bomLength">The length of the byte order mark, where there is one.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="CsvFormatException">A line is longer than any record may be.</exception>
    public static async ValueTask<CsvHeader> ReadAsync(IRangeSource source, long length, CsvDialect dialect, int bomLength, CancellationToken cancellationToken)
    {
        if (!dialect.HasHeader) return new CsvHeader([], bomLength, 0);

        await using var stream = new RangeStream(source, bomLength, bomLength, length, FirstPiece);
        using var reader = new CsvRecordReader(stream, dialect, bomLength);
        return await ReadAsync(reader, dialect, cancellationToken) with { FirstRecord = Math.Min(reader.NextPosition, length) };
    }

    /// <summary>Reads the header with a reader that stands at a file's start, and leaves it before the first record.</summary>
    /// <exception cref="CsvFormatException">A line is longer than any record may be.</exception>
    public static async ValueTask<CsvHeader> ReadAsync(CsvRecordReader reader, CsvDialect dialect, CancellationToken cancellationToken)
    {
        if (!dialect.HasHeader) return new CsvHeader([], reader.NextPosition, 0);

        string[] names = [];
        do
        {
            while (names.Length == 0 && reader.TryRead())
            {
                if (!reader.Current.IsBlank) names = Names(reader.Current, (byte)dialect.Quote);
            }
        }
        while (names.Length == 0 && await reader.FillAsync(cancellationToken));

        return new CsvHeader(names, reader.NextPosition, reader.NextLine - 1);
    }

    private static string[] Names(CsvRecord header, byte quote)
    {
        CheckQuotes(header, quote);
        var names = new string[header.Fields.Length];
        for (var i = 0; i < names.Length; i++) names[i] = FieldText.Decode(header, i, quote);
        return names;
    }

    // The next quote anywhere in the file would close it, and what stands between would be lost in a name.
    private static void CheckQuotes(CsvRecord header, byte quote)
    {
        for (var i = 0; i < header.Fields.Length; i++)
        {
            var field = header.Fields[i];
            if (field.Quoting == FieldQuoting.None) continue;
            var end = field.Start + field.Length;
            var isClosed = !(header.Unclosed && i == header.Fields.Length - 1) && end < header.Raw.Length && header.Raw[end] == quote;
            if (isClosed || !(header.Unclosed || header[i].ContainsAny((byte)'\r', (byte)'\n'))) continue;
            throw new CsvFormatException(
                $"Line {header.Line} is the header, and its column {i + 1} opens a quote that is not closed: close it there, or give the option quote.", 0);
        }
    }
}
