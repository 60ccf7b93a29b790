namespace Serverless.Csv.Parsing;

/// <summary>The encodings that are read.</summary>
public enum CsvEncoding
{
    /// <summary>Read as it stands; ASCII included.</summary>
    Utf8,

    /// <summary>Two or four bytes a character, low byte first.</summary>
    Utf16LittleEndian,

    /// <summary>Two or four bytes a character, high byte first.</summary>
    Utf16BigEndian,

    /// <summary>ISO 8859-1: one byte a character.</summary>
    Latin1,
}
