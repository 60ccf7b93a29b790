namespace Serverless.Csv.Parsing;

/// <summary>How a file's records are written.</summary>
/// <param name="Delimiter">An ASCII character between fields.</param>
/// <param name="Quote">An ASCII character around fields that hold delimiters or line ends.</param>
/// <param name="HasHeader">The first record names the columns.</param>
/// <param name="Encoding">How the file's bytes stand for characters.</param>
public sealed record CsvDialect(char Delimiter = ',', char Quote = '"', bool HasHeader = true, CsvEncoding Encoding = CsvEncoding.Utf8)
{
    /// <summary>Whether a character can be a delimiter or a quote: ASCII, and neither NUL nor a line end.</summary>
    public static bool IsUsable(char character) => char.IsAscii(character) && character is not ('\0' or '\r' or '\n');

    /// <summary>Throws unless delimiter and quote are two different usable characters.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public void Check()
    {
        if (!IsUsable(Delimiter) || !IsUsable(Quote) || Delimiter == Quote)
            throw new ArgumentException($"Delimiter (U+{(int)Delimiter:X4}) and quote (U+{(int)Quote:X4}) must be two different ASCII characters, neither NUL nor a line end.");
    }
}
