using System.Text;
using Serverless.CsvParsing.Sniffing;

namespace Serverless.UnitTests.Csv.Parsing;

public sealed class FileKindTests
{
    [Theory]
    [InlineData("255044462D312E37", "PDF")]
    [InlineData("50415231", "Parquet")]
    [InlineData("89504E470D0A1A0A", "PNG")]
    [InlineData("FFD8FFE0", "JPEG")]
    [InlineData("474946383961", "GIF")]
    [InlineData("49492A00", "TIFF")]
    [InlineData("524946460000000057454250565038", "WebP")]
    [InlineData("D0CF11E0A1B11AE1", "old Office")]
    [InlineData("53514C69746520666F726D6174203300", "SQLite")]
    [InlineData("28B52FFD", "Zstandard")]
    [InlineData("FD377A585A00", "xz")]
    [InlineData("425A683931415926535900", "bzip2")]
    [InlineData("377ABCAF271C", "7-Zip")]
    [InlineData("526172211A0700", "RAR")]
    [InlineData("4F626A01", "Avro")]
    [InlineData("4152524F57310000", "Arrow")]
    [InlineData("7F454C46", "program")]
    [InlineData("4D5A90000300", "program")]
    [InlineData("424D36000000", "BMP")]
    [InlineData("3C21444F43545950452068746D6C3E", "HTML")]
    [InlineData("EFBBBF0A3C68746D6C3E", "HTML")]
    [InlineData("3C3F786D6C2076657273696F6E", "XML")]
    public void Find_Magic_Name(string bytes, string name) =>
        Assert.Contains(name, FileKind.Find(Convert.FromHexString(bytes)), StringComparison.Ordinal);

    [Theory]
    [InlineData("1F8B0800", "gzip")]
    [InlineData("504B0304", "zip archive")]
    [InlineData("255044462D312E37", "PDF")]
    public void FindPackedToo_Magic_Name(string bytes, string name) =>
        Assert.Contains(name, FileKind.FindPackedToo(Convert.FromHexString(bytes)), StringComparison.Ordinal);

    [Fact]
    public void Find_Tar_Name() => Assert.Contains("tar", FileKind.Find([.. new byte[257], .. "ustar"u8, 0]), StringComparison.Ordinal);

    [Theory]
    [InlineData("[\n  {\"a\": 1, \"b\": 2},\n  {\"a\": 1, \"b\"")]
    [InlineData("{\"a\": 1}\n{\"a\": 2}\n")]
    [InlineData("{\"rows\": [{\"a\": 1}]}")]
    public void Find_Json_Name(string text) => Assert.Equal("JSON", FileKind.Find(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("")]
    [InlineData("[id],[name]\n1,x\n")]
    [InlineData("{id};{name}\n1;x\n")]
    [InlineData("{\"a\": 1}\tx\n{\"a\": 2}\ty\n")]
    [InlineData("id,name\n1,x\n")]
    [InlineData("BM,FM\n1,2\n")]
    [InlineData("MZ\n1\n")]
    [InlineData("ORC,ELF\n1,2\n")]
    [InlineData("ID3,ID4\n1,2\n")]
    [InlineData("BZhang,1\n")]
    [InlineData("PK,name\n1,x\n")]
    [InlineData("the ftyp,x\n")]
    [InlineData("<a>,<b>\n1,2\n")]
    public void Find_Text_Nothing(string text)
    {
        var sample = Encoding.UTF8.GetBytes(text);

        Assert.Null(FileKind.Find(sample));
        Assert.False(FileKind.IsGzip(sample) || FileKind.IsZip(sample));
    }
}
