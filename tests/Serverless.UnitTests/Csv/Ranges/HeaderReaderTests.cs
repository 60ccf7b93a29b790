using System.Text;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;

namespace Serverless.UnitTests.Csv.Ranges;

public sealed class HeaderReaderTests
{
    [Theory]
    [InlineData("id,name\n1,a\n", "id|name", 8, 1)]
    [InlineData("id,name", "id|name", 7, 1)]
    [InlineData("\r\n\nid,\"a \"\"b\"\"\nc\"\r\n1,2", "id|a \"b\"\nc", 19, 4)]
    [InlineData("id,,id\n", "id||id", 7, 1)]
    [InlineData("", "", 0, 0)]
    [InlineData("\n\n", "", 2, 2)]
    public async Task ReadAsync_File_NamesAndFirstRecord(string text, string names, long firstRecord, long lines)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        var header = await HeaderReader.ReadAsync(new MemorySource(bytes, new Random(1), 3), bytes.Length, new CsvDialect(), 0, default);

        Assert.Equal(names, string.Join('|', header.Names));
        Assert.Equal((firstRecord, lines), (header.FirstRecord, header.Lines));
    }

    [Theory]
    [InlineData("id,\"name\n1,x\n2,y\n", 1, 2)]
    [InlineData("\n\n\"id,name\n1,x\n", 3, 1)]
    [InlineData("id,\"name\n1,\"x\"\n2,\"y\"\n", 1, 2)]
    public async Task ReadAsync_QuoteThatIsNotClosed_IsRefused(string text, int line, int column)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        var fault = await Assert.ThrowsAsync<CsvFormatException>(async () =>
            await HeaderReader.ReadAsync(new MemorySource(bytes, new Random(1), 3), bytes.Length, new CsvDialect(), 0, default));

        Assert.StartsWith($"Line {line} is the header, and its column {column} opens a quote", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_Utf16WithMark_RawPositions()
    {
        byte[] bytes = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("é,b\r\n1,2\r\n")];

        var header = await HeaderReader.ReadAsync(
            new MemorySource(bytes, new Random(1), 3), bytes.Length, new CsvDialect(Encoding: CsvEncoding.Utf16LittleEndian), 2, default);

        Assert.Equal(["é", "b"], header.Names);
        Assert.Equal(12, header.FirstRecord);
    }

    [Fact]
    public async Task ReadAsync_NoHeader_StartsBehindTheMark()
    {
        var header = await HeaderReader.ReadAsync(new MemorySource([], new Random(1), 3), 30, new CsvDialect(HasHeader: false), 3, default);

        Assert.Empty(header.Names);
        Assert.Equal((3L, 0L), (header.FirstRecord, header.Lines));
    }
}
