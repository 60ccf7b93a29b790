namespace Serverless.Csv.Parsing;

/// <summary>The encodings that are read.</summary>
public enum CsvEncoding
{
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
    Latin1,
}

/// <summary>How a file's records are written.</summary>
/// <param name="Delimiter">An ASCII character between fields.</param>
/// <param name="Quote">An ASCII character around fields that hold delimiters or line ends.</param>
/// <param name="HasHeader">The first record names the columns.</param>
/// <param name="Encoding">How the file's bytes stand for characters.</param>
public sealed record CsvDialect(char Delimiter = ',', char Quote = '"', bool HasHeader = true, CsvEncoding Encoding = CsvEncoding.Utf8);
