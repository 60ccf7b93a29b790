using System.Collections.Frozen;

namespace Serverless.CsvParsing.Encodings;

/// <summary>The names of encodings: the labels of the WHATWG's standard, and a few that people write for them.</summary>
internal static class EncodingLabels
{
    // The first is the encoding's name.
    private static readonly (CsvEncoding Encoding, string[] Labels)[] Table =
    [
        (CsvEncoding.Utf8, ["utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"]),
        (CsvEncoding.Utf16LittleEndian,
            ["utf-16le", "utf-16", "utf16", "utf16le", "csunicode", "iso-10646-ucs-2", "ucs-2", "unicode", "unicodefeff"]),
        (CsvEncoding.Utf16BigEndian, ["utf-16be", "utf16be", "unicodefffe"]),
        (CsvEncoding.Utf32LittleEndian, ["utf-32le", "utf-32", "utf32", "utf32le"]),
        (CsvEncoding.Utf32BigEndian, ["utf-32be", "utf32be"]),
        (CsvEncoding.Windows1252,
        [
            "windows-1252", "ansi_x3.4-1968", "ascii", "cp1252", "cp819", "csisolatin1", "ibm819", "iso-8859-1", "iso-ir-100", "iso8859-1",
            "iso88591",
            "iso_8859-1", "iso_8859-1:1987", "l1", "latin1", "latin-1", "us-ascii", "x-cp1252",
        ]),
        (CsvEncoding.Ibm866, ["ibm866", "866", "cp866", "csibm866"]),
        (CsvEncoding.Iso88592,
            ["iso-8859-2", "csisolatin2", "iso-ir-101", "iso8859-2", "iso88592", "iso_8859-2", "iso_8859-2:1987", "l2", "latin2"]),
        (CsvEncoding.Iso88593,
            ["iso-8859-3", "csisolatin3", "iso-ir-109", "iso8859-3", "iso88593", "iso_8859-3", "iso_8859-3:1988", "l3", "latin3"]),
        (CsvEncoding.Iso88594,
            ["iso-8859-4", "csisolatin4", "iso-ir-110", "iso8859-4", "iso88594", "iso_8859-4", "iso_8859-4:1988", "l4", "latin4"]),
        (CsvEncoding.Iso88595,
            ["iso-8859-5", "csisolatincyrillic", "cyrillic", "iso-ir-144", "iso8859-5", "iso88595", "iso_8859-5", "iso_8859-5:1988"]),
        (CsvEncoding.Iso88596,
        [
            "iso-8859-6", "arabic", "asmo-708", "csiso88596e", "csiso88596i", "csisolatinarabic", "ecma-114", "iso-8859-6-e",
            "iso-8859-6-i",
            "iso-ir-127", "iso8859-6", "iso88596", "iso_8859-6", "iso_8859-6:1987",
        ]),
        (CsvEncoding.Iso88597,
        [
            "iso-8859-7", "csisolatingreek", "ecma-118", "elot_928", "greek", "greek8", "iso-ir-126", "iso8859-7", "iso88597", "iso_8859-7",
            "iso_8859-7:1987", "sun_eu_greek",
        ]),
        (CsvEncoding.Iso88598,
        [
            "iso-8859-8", "csiso88598e", "csisolatinhebrew", "hebrew", "iso-8859-8-e", "iso-ir-138", "iso8859-8", "iso88598", "iso_8859-8",
            "iso_8859-8:1988", "visual", "iso-8859-8-i", "csiso88598i", "logical",
        ]),
        (CsvEncoding.Iso885910, ["iso-8859-10", "csisolatin6", "iso-ir-157", "iso8859-10", "iso885910", "l6", "latin6"]),
        (CsvEncoding.Iso885913, ["iso-8859-13", "iso8859-13", "iso885913"]),
        (CsvEncoding.Iso885914, ["iso-8859-14", "iso8859-14", "iso885914"]),
        (CsvEncoding.Iso885915, ["iso-8859-15", "csisolatin9", "iso8859-15", "iso885915", "iso_8859-15", "l9"]),
        (CsvEncoding.Iso885916, ["iso-8859-16"]),
        (CsvEncoding.Koi8R, ["koi8-r", "cskoi8r", "koi", "koi8", "koi8_r"]),
        (CsvEncoding.Koi8U, ["koi8-u", "koi8-ru"]),
        (CsvEncoding.Macintosh, ["macintosh", "csmacintosh", "mac", "x-mac-roman"]),
        (CsvEncoding.MacCyrillic, ["x-mac-cyrillic", "x-mac-ukrainian"]),
        (CsvEncoding.Windows874, ["windows-874", "dos-874", "iso-8859-11", "iso8859-11", "iso885911", "tis-620"]),
        (CsvEncoding.Windows1250, ["windows-1250", "cp1250", "x-cp1250"]),
        (CsvEncoding.Windows1251, ["windows-1251", "cp1251", "x-cp1251"]),
        (CsvEncoding.Windows1253, ["windows-1253", "cp1253", "x-cp1253"]),
        (CsvEncoding.Windows1254,
        [
            "windows-1254", "cp1254", "csisolatin5", "iso-8859-9", "iso-ir-148", "iso8859-9", "iso88599", "iso_8859-9", "iso_8859-9:1989",
            "l5", "latin5",
            "x-cp1254",
        ]),
        (CsvEncoding.Windows1255, ["windows-1255", "cp1255", "x-cp1255"]),
        (CsvEncoding.Windows1256, ["windows-1256", "cp1256", "x-cp1256"]),
        (CsvEncoding.Windows1257, ["windows-1257", "cp1257", "x-cp1257"]),
        (CsvEncoding.Windows1258, ["windows-1258", "cp1258", "x-cp1258"]),
        (CsvEncoding.UserDefined, ["x-user-defined"]),
        (CsvEncoding.Gb18030,
            ["gb18030", "gbk", "chinese", "csgb2312", "csiso58gb231280", "gb2312", "gb_2312", "gb_2312-80", "iso-ir-58", "x-gbk", "cp936",
                "windows-936"]),
        (CsvEncoding.Big5, ["big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5", "cp950"]),
        (CsvEncoding.EucJp, ["euc-jp", "cseucpkdfmtjapanese", "x-euc-jp"]),
        (CsvEncoding.Iso2022Jp, ["iso-2022-jp", "csiso2022jp"]),
        (CsvEncoding.ShiftJis, ["shift_jis", "csshiftjis", "ms932", "ms_kanji", "shift-jis", "sjis", "windows-31j", "x-sjis", "cp932"]),
        (CsvEncoding.EucKr,
        [
            "euc-kr", "cseuckr", "csksc56011987", "iso-ir-149", "korean", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601",
            "windows-949", "cp949",
        ]),
    ];

    private static readonly FrozenDictionary<string, CsvEncoding> ByLabel =
        Table.SelectMany(row => row.Labels.Select(label => KeyValuePair.Create(label, row.Encoding)))
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<CsvEncoding, string> NamesByEncoding = Table.ToFrozenDictionary(
        row => row.Encoding, row => row.Labels[0]);

    /// <summary>The name of an encoding in reports.</summary>
    public static string NameOf(CsvEncoding encoding) => NamesByEncoding[encoding];

    /// <summary>The encoding of a label; null when there is none, or it is one that nobody should read (<c>iso-2022-kr</c>).</summary>
    public static CsvEncoding? Find(string label) => ByLabel.TryGetValue(label.Trim(), out var encoding) ? encoding : null;

    /// <summary>The names, one for each encoding.</summary>
    public static IEnumerable<string> Names => Table.Select(row => row.Labels[0]);
}
