using System.Text;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Parsing;

public sealed class EncodingTests
{
    private const string Text = "naïve,Ünïcode,€\n1,2,\U0001F600\n";

    public static IEnumerable<object[]> Files => new TheoryData<byte[], CsvEncoding, int>()
    {
        { [], CsvEncoding.Utf8, 0 },
        { "plain,ascii\n"u8.ToArray(), CsvEncoding.Utf8, 0 },
        { Encoding.UTF8.GetBytes(Text), CsvEncoding.Utf8, 0 },
        { [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Text)], CsvEncoding.Utf8, 3 },
        { [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)], CsvEncoding.Utf16LittleEndian, 2 },
        { [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)], CsvEncoding.Utf16BigEndian, 2 },
        { Encoding.Unicode.GetBytes(Text), CsvEncoding.Utf16LittleEndian, 0 },
        { Encoding.BigEndianUnicode.GetBytes(Text), CsvEncoding.Utf16BigEndian, 0 },
        { Encoding.Unicode.GetBytes("名前,年齢\n山田太郎,42\n"), CsvEncoding.Utf16LittleEndian, 0 },
        { Encoding.Latin1.GetBytes("naïve,façade\nÜber,1\n"), CsvEncoding.Windows1252, 0 },
        { [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes(Text)], CsvEncoding.Utf32LittleEndian, 4 },
        { [0, 0, 0xFE, 0xFF, .. new UTF32Encoding(bigEndian: true, byteOrderMark: false).GetBytes(Text)], CsvEncoding.Utf32BigEndian, 4 },
        { Encoding.UTF32.GetBytes(Text), CsvEncoding.Utf32LittleEndian, 0 },
        { new UTF32Encoding(bigEndian: true, byteOrderMark: false).GetBytes(Text), CsvEncoding.Utf32BigEndian, 0 },
        { [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. "id\n"u8], CsvEncoding.Utf8, 6 },
        { [0xFF, 0xFE, 0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id\n")], CsvEncoding.Utf16LittleEndian, 4 },
        { [.. Encoding.Unicode.GetBytes("id,name\n1,x\n"), 0x31], CsvEncoding.Utf16LittleEndian, 0 },
        { [.. Encoding.BigEndianUnicode.GetBytes("日本語の長い文章,東京都千代田区\n大阪府大阪市北区,中之島一丁目\n")], CsvEncoding.Utf16BigEndian, 0 },
        { [.. "1,"u8, 0x93, 0xC5, .. "sa"u8, 0x94, .. "\n2,5 "u8, 0x80], CsvEncoding.Windows1252, 0 },
        // Few letters of many, but nothing that speaks for UTF-8.
        { [.. Enumerable.Repeat("1,plain\n"u8.ToArray(), 2_000).SelectMany(l => l), .. "2,M"u8, 0xFC, .. "ller\n"u8],
            CsvEncoding.Windows1252, 0 },
        { [.. "id,name\n1,"u8, 0xC3, 0xA9, .. "\n2,"u8, 0xFF, 0xFE, .. "\n3,ok\n"u8], CsvEncoding.Utf8, 0 },
        // Lines of both: what is UTF-8 must not be read as something else.
        { [.. Encoding.UTF8.GetBytes("1,é\n2,ü\n"), .. Encoding.Latin1.GetBytes("3,né\n4,nü\n5,nö\n")], CsvEncoding.Utf8, 0 },
        // Bytes that stand for nothing in windows-1252, and a character whose second half was cut off.
        { [.. "1,a\n2,"u8, 0x81, .. "\n"u8], CsvEncoding.Utf8, 0 },
        { [.. "1,a\n2,caf"u8, 0xC3, .. "\n"u8], CsvEncoding.Utf8, 0 },
        // Half a surrogate pair and a NUL in two bytes, as some programs write them.
        { [.. "1,a\n2,"u8, 0xED, 0xA0, 0x80, .. "\n3,"u8, 0xC0, 0x80, .. "\n"u8], CsvEncoding.Utf8, 0 },
        { "a\0b,c\0\0d,efgh\n"u8.ToArray(), CsvEncoding.Utf8, 0 },
        // One broken byte among many good characters is a fault of that record, not of the file.
        { [.. Encoding.UTF8.GetBytes(Text), 0xFF, (byte)'\n'], CsvEncoding.Utf8, 0 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    internal void Detect_File_EncodingAndMark(byte[] sample, CsvEncoding expected, int mark)
    {
        var encoding = EncodingDetector.Detect(sample);

        Assert.Equal(expected, encoding);
        Assert.Equal(mark, EncodingDetector.MarkLength(sample, encoding));
    }

    [Fact]
    public void Detect_SampleCutInsideACharacter_IsUtf8()
    {
        var sample = Encoding.UTF8.GetBytes("abc\U0001F600");

        for (var length = 3; length <= sample.Length; length++)
            Assert.Equal(CsvEncoding.Utf8, EncodingDetector.Detect(sample.AsSpan(0, length)));
    }

    [Fact]
    public void Detect_MarkAgainstWhatWasAsked_TheMarkDecides()
    {
        Assert.Equal(CsvEncoding.Utf16BigEndian, EncodingDetector.Detect([0xFE, 0xFF, 0, 0x61], CsvEncoding.Utf16LittleEndian));
        Assert.Equal(CsvEncoding.Koi8R, EncodingDetector.Detect([0x69, 0xC3, 0x0A], CsvEncoding.Koi8R));
    }

    [Theory]
    [InlineData("ISO-8859-1", CsvEncoding.Windows1252)]
    [InlineData("us-ascii", CsvEncoding.Windows1252)]
    [InlineData(" Latin1 ", CsvEncoding.Windows1252)]
    [InlineData("iso-8859-9", CsvEncoding.Windows1254)]
    [InlineData("shift_jis", CsvEncoding.ShiftJis)]
    [InlineData("gb2312", CsvEncoding.Gb18030)]
    [InlineData("ks_c_5601-1987", CsvEncoding.EucKr)]
    [InlineData("utf-16", CsvEncoding.Utf16LittleEndian)]
    [InlineData("tis-620", CsvEncoding.Windows874)]
    [InlineData("iso-2022-kr", null)]
    [InlineData("ebcdic", null)]
    internal void Find_Label_Encoding(string label, CsvEncoding? expected) => Assert.Equal(expected, EncodingLabels.Find(label));

    [Fact]
    public void Transcode_EveryEncoding_KeepsAscii()
    {
        var raw = "id,name\n1,\"x\"\n"u8;
        foreach (var encoding in Enum.GetValues<CsvEncoding>()
            .Where(e => e is not (CsvEncoding.Utf8 or CsvEncoding.Utf16LittleEndian or CsvEncoding.Utf16BigEndian
            or CsvEncoding.Utf32LittleEndian or CsvEncoding.Utf32BigEndian)))
        {
            Assert.True(ToUtf8(raw, encoding).AsSpan().SequenceEqual(raw), $"{encoding}");
            Assert.Equal(encoding, EncodingLabels.Find(EncodingLabels.NameOf(encoding)));
        }
    }

    [Theory]
    [InlineData(CsvEncoding.Windows1252, "80939499C5", "€“”™Å")]
    [InlineData(CsvEncoding.Windows1251, "CFF0E8E2E5F2", "Привет")]
    [InlineData(CsvEncoding.Koi8R, "F0D2C9D7C5D4", "Привет")]
    [InlineData(CsvEncoding.Ibm866, "8FE0A8A2A5E2", "Привет")]
    [InlineData(CsvEncoding.MacCyrillic, "A2FF", "Ґ€")]
    [InlineData(CsvEncoding.Iso88597, "A4C1E1", "€Αα")]
    [InlineData(CsvEncoding.Iso885910, "A1BD", "Ą―")]
    [InlineData(CsvEncoding.Iso885914, "A1D0F0", "ḂŴŵ")]
    [InlineData(CsvEncoding.Iso885916, "A4AADE", "€ȘȚ")]
    [InlineData(CsvEncoding.Windows874, "A1D2", "กา")]
    [InlineData(CsvEncoding.UserDefined, "80FF", "\uF780\uF7FF")]
    [InlineData(CsvEncoding.ShiftJis, "93FA967B835C837C", "日本ソポ")]
    [InlineData(CsvEncoding.EucJp, "C6FCCBDC", "日本")]
    [InlineData(CsvEncoding.Iso2022Jp, "1B2442467C4B5C1B2842", "日本")]
    [InlineData(CsvEncoding.Gb18030, "C4E3BAC3", "你好")]
    [InlineData(CsvEncoding.Big5, "A741A66E", "你好")]
    [InlineData(CsvEncoding.EucKr, "C7D1B1B9", "한국")]
    [InlineData(CsvEncoding.Utf32BigEndian, "0001F600", "\U0001F600")]
    internal void Transcode_Legacy_Text(CsvEncoding encoding, string raw, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(ToUtf8(Convert.FromHexString(raw), encoding)));

    [Theory]
    [InlineData(CsvEncoding.Windows1253, "41AA42", "41FF42")]
    [InlineData(CsvEncoding.Windows1255, "41FF42", "41FF42")]
    [InlineData(CsvEncoding.ShiftJis, "412C810A42", "412CFF0A42")]
    [InlineData(CsvEncoding.Gb18030, "41FF0A", "41FF0A")]
    [InlineData(CsvEncoding.EucKr, "C7", "FF")]
    [InlineData(CsvEncoding.Utf32LittleEndian, "4100000000D800004200000043", "41FF42FF")]
    internal void Transcode_WhatTheEncodingDoesNotAllow_IsNoValidUtf8AndTakesNoNeighbour(
        CsvEncoding encoding, string raw, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(ToUtf8(Convert.FromHexString(raw), encoding)));

    [Theory]
    [InlineData(CsvEncoding.ShiftJis, "id|name\n1|ソポ表\n2|能\n", '|')]
    [InlineData(CsvEncoding.Gb18030, "id,name\n1,你好\U0001F600\n2,€\n", ',')]
    internal async Task ReadAsync_SecondHalvesThatLookLikeDelimiters_SameText(CsvEncoding encoding, string text, char delimiter)
    {
        var raw = CodePagesEncodingProvider.Instance.GetEncoding((int)encoding)!.GetBytes(text);
        for (var size = 1; size < 9; size++)
        {
            var dialect = new CsvDialect($"{delimiter}", Encoding: encoding);
            var records = await Records.ReadAsync(new TrickleStream(raw, new Random(size), size), dialect);
            Assert.Equal(text.TrimEnd('\n').Split('\n'), records.Select(r => Encoding.UTF8.GetString(r.Raw)));
        }
    }

    private static byte[] ToUtf8(ReadOnlySpan<byte> raw, CsvEncoding encoding)
    {
        var text = new byte[Transcoders.CalculateMaxLength(raw.Length)];
        var (_, written) = Transcoders.For(encoding).Transcode(raw, isLast: true, text);
        return text[..written];
    }

    [Theory]
    [InlineData(CsvEncoding.Utf16LittleEndian)]
    [InlineData(CsvEncoding.Utf16BigEndian)]
    internal async Task TryRead_HalfACodeUnitAtTheEnd_IsKeptAsAFault(CsvEncoding encoding)
    {
        byte[] raw = [.. GeneratedFile.Encode("a\nb", new CsvDialect(Encoding: encoding)).Raw, 0x41];

        var records = await Records.ReadAsync(new MemoryStream(raw), new CsvDialect(Encoding: encoding));

        Assert.Equal([0L, 4], records.Select(r => r.Position));
        Assert.Equal([(byte)'b', 0xFF], records[1].Raw);
    }

    [Theory]
    [InlineData(CsvEncoding.Utf16LittleEndian, "é€\ud83d|\ude00\U0001F600\ud83d")]
    [InlineData(CsvEncoding.Utf16BigEndian, "é€\ud83d|\ude00\U0001F600\ud83d")]
    [InlineData(CsvEncoding.Windows1252, "aé\u00A0ÿ\0b")]
    internal async Task ReadAsync_EveryBufferSize_SameText(CsvEncoding encoding, string text)
    {
        var file = GeneratedFile.Encode(text, new CsvDialect(Encoding: encoding));

        for (var size = 1; size < 16; size++)
        {
            await using var stream = new TranscodingStream(new TrickleStream(file.Raw, new Random(size), size), encoding, size);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            Assert.Equal(file.Utf8, copy.ToArray());
        }
    }
}
