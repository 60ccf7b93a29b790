using System.Text;
using System.Text.Json;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>Tells by its first bytes what a file is that is no text. Names are not looked at: people rename files.</summary>
internal static class FileKind
{
    private static readonly (byte[] Magic, int At, string Name)[] Kinds =
    [
        ("%PDF-"u8.ToArray(), 0, "a PDF document"),
        ("PAR1"u8.ToArray(), 0, "a Parquet file"),
        ([0x89, .. "PNG\r\n"u8], 0, "a PNG image"),
        ([0xFF, 0xD8, 0xFF], 0, "a JPEG image"),
        ("GIF87a"u8.ToArray(), 0, "a GIF image"),
        ("GIF89a"u8.ToArray(), 0, "a GIF image"),
        ([.. "II*"u8, 0], 0, "a TIFF image"),
        ([.. "MM"u8, 0, .. "*"u8], 0, "a TIFF image"),
        ("WEBPVP8"u8.ToArray(), 8, "a WebP image"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], 0,
            "a document of old Office (such as an .xls workbook; save it as .xlsx or as CSV)"),
        ([.. "SQLite format 3"u8, 0], 0, "an SQLite database"),
        ([.. "Standard Jet DB"u8], 4, "an Access database"),
        ([.. "Standard ACE DB"u8], 4, "an Access database"),
        ([0x28, 0xB5, 0x2F, 0xFD], 0, "a Zstandard file"),
        ([0xFD, .. "7zXZ"u8, 0], 0, "an xz file"),
        ([.. "BZh"u8], 0, "a bzip2 file"),
        ([0x04, 0x22, 0x4D, 0x18], 0, "an LZ4 file"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], 0, "a 7-Zip archive"),
        ([.. "Rar!"u8, 0x1A, 0x07], 0, "a RAR archive"),
        ("ustar"u8.ToArray(), 257, "a tar archive"),
        ([.. "Obj"u8, 1], 0, "an Avro file"),
        ([.. "ARROW1"u8, 0, 0], 0, "an Arrow file"),
        ("FEA1"u8.ToArray(), 0, "a Feather file"),
        ([.. "ORC"u8], 0, "an ORC file"),
        ([0x89, .. "HDF\r\n"u8], 0, "an HDF5 file"),
        ([0x7F, .. "ELF"u8], 0, "a program"),
        ([.. "MZ"u8], 0, "a program"),
        ([.. "BM"u8], 0, "a BMP image"),
        ([.. "OggS"u8, 0], 0, "an Ogg file"),
        ([.. "ID3"u8], 0, "an MP3 file"),
        ([.. "ftyp"u8], 4, "a video"),
        ("RIFF"u8.ToArray(), 0, "a media file"),
        ([.. "{\\rtf"u8], 0, "an RTF document"),
        ([.. "%!PS"u8], 0, "a PostScript document"),
    ];

    private const int MinTokens = 4;

    private static readonly (string Start, string Name)[] Documents =
    [
        ("<!doctype html", "an HTML page"), ("<html", "an HTML page"), ("<?xml", "an XML document"),
    ];

    // What may be the beginning of a text, too: only with bytes behind it that no text has.
    private static readonly HashSet<string> Doubtful =
        ["a bzip2 file", "an ORC file", "a program", "a BMP image", "an MP3 file", "a video", "a media file"];

    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];

    // A member, an archive without any, and one of several volumes that fitted into one.
    private static ReadOnlySpan<byte> ZipMember => [(byte)'P', (byte)'K', 3, 4];

    private static ReadOnlySpan<byte> EmptyZip => [(byte)'P', (byte)'K', 5, 6];

    private static ReadOnlySpan<byte> SpannedZip => "PK00PK"u8;

    public static bool IsGzip(ReadOnlySpan<byte> sample) => sample.StartsWith(Gzip);

    public static bool IsZip(ReadOnlySpan<byte> sample) =>
        sample.StartsWith(ZipMember) || sample.StartsWith(EmptyZip) || (sample.StartsWith(SpannedZip) && sample[4..].StartsWith(ZipMember));

    /// <summary>The kind of a file for those who unpack nothing: as <see cref="Find"/> has it, or an archive.</summary>
    public static string? FindPackedToo(ReadOnlySpan<byte> sample) => IsGzip(sample) ? "a gzip file"
        : IsZip(sample) ? "a zip archive, or a document that is one, such as an Excel workbook" : Find(sample);

    /// <summary>The kind of a file, with its article; null when it may be text.</summary>
    public static string? Find(ReadOnlySpan<byte> sample)
    {
        foreach (var (magic, at, name) in Kinds)
        {
            if (sample.Length < at || !sample[at..].StartsWith(magic)) continue;
            if (!Doubtful.Contains(name) || BinaryText.HasControls(sample[..Math.Min(sample.Length, 512)])) return name;
        }

        var start = sample.StartsWith(Encoding.UTF8.Preamble) ? sample[3..] : sample;
        start = start.TrimStart(" \t\r\n"u8);
        var text = Encoding.ASCII.GetString(start[..Math.Min(start.Length, 16)]);
        return Array.Find(Documents, d => text.StartsWith(d.Start, StringComparison.OrdinalIgnoreCase)).Name
            ?? (IsJson(start) ? "JSON" : null);
    }

    // A line that is an object, or a text that is JSON as far as it was read: a header may start with a bracket, too.
    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'[')) return false;
        var end = text.IndexOf((byte)'\n');
        return IsJson(text, isWhole: false, MinTokens) || (end > 0 && text[0] == '{' && IsJson(text[..end], isWhole: true, minTokens: 2));
    }

    private static bool IsJson(ReadOnlySpan<byte> text, bool isWhole, int minTokens)
    {
        var tokens = 0;
        try
        {
            var reader = new Utf8JsonReader(text, isWhole, default);
            while (reader.Read()) tokens++;
        }
        catch (JsonException)
        {
            return false;
        }

        return tokens >= minTokens;
    }
}
