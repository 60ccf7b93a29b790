namespace Serverless.CsvParsing.Encodings;

/// <summary>
/// The encodings that are read: those of the WHATWG's standard, and UTF-32. A legacy encoding has its code page as value.
/// </summary>
internal enum CsvEncoding
{
    /// <summary>Read as it stands; ASCII included.</summary>
    Utf8 = 0,

    /// <summary>Two or four bytes a character, low byte first.</summary>
    Utf16LittleEndian = 1200,

    /// <summary>Two or four bytes a character, high byte first.</summary>
    Utf16BigEndian = 1201,

    /// <summary>Four bytes a character, low byte first.</summary>
    Utf32LittleEndian = 12000,

    /// <summary>Four bytes a character, high byte first.</summary>
    Utf32BigEndian = 12001,

    /// <summary>The default of files that are not UTF-8; also for the labels ISO 8859-1 and ASCII.</summary>
    Windows1252 = 1252,

    Ibm866 = 866,
    Iso88592 = 28592,
    Iso88593 = 28593,
    Iso88594 = 28594,
    Iso88595 = 28595,
    Iso88596 = 28596,
    Iso88597 = 28597,
    Iso88598 = 28598,
    Iso885910 = 28600,
    Iso885913 = 28603,
    Iso885914 = 28604,
    Iso885915 = 28605,
    Iso885916 = 28606,
    Koi8R = 20866,
    Koi8U = 21866,
    Macintosh = 10000,
    MacCyrillic = 10007,
    Windows874 = 874,
    Windows1250 = 1250,
    Windows1251 = 1251,
    Windows1253 = 1253,
    Windows1254 = 1254,
    Windows1255 = 1255,
    Windows1256 = 1256,
    Windows1257 = 1257,
    Windows1258 = 1258,

    /// <summary>ASCII, and 128 characters of the private use area.</summary>
    UserDefined = 1,

    Gb18030 = 54936,
    Big5 = 950,
    EucJp = 51932,
    Iso2022Jp = 50220,
    ShiftJis = 932,
    EucKr = 949,
}

/// <summary>The properties of encodings.</summary>
internal static class CsvEncodings
{
    /// <summary>
    /// The text can be read from any whole code unit on, and what it takes in the file be told from the text: such a file is read in
    /// ranges.
    /// Of the others a byte in the middle may be the second half of a character, even where it equals a delimiter.
    /// </summary>
    public static bool CanStartAnywhere(this CsvEncoding encoding) =>
        encoding is CsvEncoding.Utf8 or CsvEncoding.Utf16LittleEndian or CsvEncoding.Utf16BigEndian || encoding.IsSingleByte();

    /// <summary>Every byte is a character.</summary>
    public static bool IsSingleByte(this CsvEncoding encoding) => encoding is not (
        CsvEncoding.Utf8 or CsvEncoding.Utf16LittleEndian or CsvEncoding.Utf16BigEndian or CsvEncoding.Utf32LittleEndian
            or CsvEncoding.Utf32BigEndian
        or CsvEncoding.Gb18030 or CsvEncoding.Big5 or CsvEncoding.EucJp or CsvEncoding.Iso2022Jp or CsvEncoding.ShiftJis
            or CsvEncoding.EucKr);
}
