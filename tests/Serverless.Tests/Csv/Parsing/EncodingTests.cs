using System.Text;
using Serverless.Csv.Parsing;

namespace Serverless.Tests.Csv.Parsing;

public sealed class EncodingTests
{
    private const string Text = "naïve,Ünïcode,€\n1,2,\U0001F600\n";

    public static TheoryData<byte[], CsvEncoding, int> Files => new()
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
        { Encoding.Latin1.GetBytes("naïve,façade\nÜber,1\n"), CsvEncoding.Latin1, 0 },
        { "a\0b,c\0\0d,efgh\n"u8.ToArray(), CsvEncoding.Utf8, 0 },
        // One broken byte among many good characters is a fault of that record, not of the file.
        { [.. Encoding.UTF8.GetBytes(Text), 0xFF, (byte)'\n'], CsvEncoding.Utf8, 0 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Detect_File_EncodingAndMark(byte[] sample, CsvEncoding expected, int mark)
    {
        var encoding = EncodingDetector.Detect(sample);

        Assert.Equal(expected, encoding);
        Assert.Equal(mark, EncodingDetector.MarkLength(sample, encoding));
    }

    [Fact]
    public void Detect_SampleCutInsideACharacter_IsUtf8()
    {
        var sample = Encoding.UTF8.GetBytes("abc\U0001F600");

        for (var length = 3; length <= sample.Length; length++) Assert.Equal(CsvEncoding.Utf8, EncodingDetector.Detect(sample.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(CsvEncoding.Utf16LittleEndian)]
    [InlineData(CsvEncoding.Utf16BigEndian)]
    public async Task TryRead_HalfACodeUnitAtTheEnd_IsKeptAsAFault(CsvEncoding encoding)
    {
        byte[] raw = [.. GeneratedFile.Encode("a\nb", new CsvDialect(Encoding: encoding)).Raw, 0x41];

        var records = await Records.ReadAsync(new MemoryStream(raw), new CsvDialect(Encoding: encoding));

        Assert.Equal([0L, 4], records.Select(r => r.Position));
        Assert.Equal([(byte)'b', 0xFF], records[1].Raw);
    }

    [Theory]
    [InlineData(CsvEncoding.Utf16LittleEndian, "é€\ud83d|\ude00\U0001F600\ud83d")]
    [InlineData(CsvEncoding.Utf16BigEndian, "é€\ud83d|\ude00\U0001F600\ud83d")]
    [InlineData(CsvEncoding.Latin1, "aé\u0080ÿ\0b")]
    public async Task ReadAsync_EveryBufferSize_SameText(CsvEncoding encoding, string text)
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
