using System.Text;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.CsvParsing.Sniffing;

namespace Serverless.UnitTests.Csv.Parsing;

public sealed class DialectSnifferTests
{
    [Theory]
    [InlineData("id,name\n1,Ann\n2,Bob\n", ',', '"', true)]
    [InlineData("id;name;price\n1;Ann;1,50\n2;Bob;2,75\n", ';', '"', true)]
    [InlineData("1;2,5\n2;3,5\n3;4,5\n", ';', '"', false)]
    [InlineData("1,5;2,5;3,5\n2,5;3,5;4,5\n", ';', '"', false)]
    [InlineData("id\tname\n1\tSmith, John\n2\tMiller, Ann\n", '\t', '"', true)]
    [InlineData("id|when\n1|2024-05-01 10:00\n2|2024-05-02 11:30\n", '|', '"', true)]
    [InlineData("id,note\n1,\"a;b;c\nd;e;f\"\n2,\"g;h\"\n", ',', '"', true)]
    [InlineData("id,tags\n1,a;b;c\n2,d;e;f\n", ',', '"', true)]
    [InlineData("id,note\n1,'a,b'\n2,'c,d'\n", ',', '\'', true)]
    [InlineData("id,note\n1,it's\n2,'tis\n3,'quoted'\n", ',', '"', true)]
    [InlineData("id,note\n1,\"it's\"\n2,'b'\n3,'c'\n", ',', '"', true)]
    [InlineData("", ',', '"', true)]
    [InlineData("name\nAnn\nBob\n", ',', '"', true)]
    [InlineData("1\n2\n3\n", ',', '"', false)]
    [InlineData("a,b,c\n", ',', '"', true)]
    [InlineData("1,Ann,2024-05-01\n", ',', '"', false)]
    [InlineData("Ann,Paris\nBob,Rome\nCid,Paris\nAnn,Bonn\n", ',', '"', false)]
    [InlineData("name,city\nBob,Rome\nCid,Paris\n", ',', '"', true)]
    [InlineData("id,id,,x\n1,2,3,4\n5,6,7,8\n", ',', '"', true)]
    [InlineData("country,2019,2020\nFR,a,b\nDE,c,d\n", ',', '"', true)]
    [InlineData("country,2019,2020\nFR,1,2\nDE,3,4\n", ',', '"', true)]
    [InlineData("country,2019-01,2019-02\nFR,1,2\nDE,3,4\n", ',', '"', true)]
    [InlineData("item,2024-01-01,2024-02-01\nA,5,6\nB,7,8\n", ',', '"', true)]
    [InlineData("2019,2020,2021\n1.5,2.5,3.5\n", ',', '"', true)]
    [InlineData("id,1,2,3\na,7,9,8\nb,5,5,5\n", ',', '"', true)]
    [InlineData("1,2,3\n4,5,6\n7,8,9\n", ',', '"', false)]
    [InlineData("Ann,1990\nBob,1985\n", ',', '"', false)]
    [InlineData("id,name\n1,x\nid,name\n2,y\n", ',', '"', true)]
    [InlineData("id,name\nid,name\n", ',', '"', true)]
    [InlineData("name,city\nAnn,name\nname,Rome\n", ',', '"', true)]
    [InlineData("city\nParis\ncity\n", ',', '"', true)]
    [InlineData("N/A,5,6\n1,2,3\n4,5,6\n", ',', '"', false)]
    [InlineData("ann@example.com,x\nbob@example.com,y\ncid@example.com,z\n", ',', '"', false)]
    [InlineData("A-001,x\nA-002,y\nA-003,z\n", ',', '"', false)]
    [InlineData("id,note\n1,x\n2,y\nthree,z\n4,x\n5,x\n6,y\n", ',', '"', true)]
    [InlineData(",\n1,2\n", ',', '"', false)]
    [InlineData("\n\nid;on\n1;true\n2;false\n", ';', '"', true)]
    [InlineData("id;on\r1;true\r2;false\r", ';', '"', true)]
    public void Sniff_Sample_Dialect(string text, char delimiter, char quote, bool header)
    {
        var sniffed = DialectSniffer.Sniff(Encoding.UTF8.GetBytes(text), true, new DialectOptions());

        Assert.Equal(new SniffedDialect(new CsvDialect($"{delimiter}", quote, header), 0), sniffed);
    }

    [Theory]
    [InlineData("1,2\n3,4\n", "1|2", true)]
    [InlineData("\"a \"\"b\"\"\",2\nx,4\n", "a \"b\"|2", true)]
    [InlineData("1,2\n3,4\n", "1|x", false)]
    public void Sniff_FirstLineSaysTheLabels_IsTheHeader(string text, string labels, bool header)
    {
        var sniffed = DialectSniffer.Sniff(Encoding.UTF8.GetBytes(text), true, new DialectOptions { Labels = labels.Split('|') });

        Assert.Equal(header, sniffed.Dialect.HasHeader);
    }

    [Fact]
    public void Sniff_HeaderIsKnown_LabelsDoNotMatter()
    {
        var sniffed = DialectSniffer.Sniff("1,2\n"u8, true, new DialectOptions(HasHeader: false) { Labels = ["1", "2"] });

        Assert.False(sniffed.Dialect.HasHeader);
    }

    [Theory]
    [InlineData("id,name\n1,A\0n\n", false)]
    [InlineData("a\u0001b\u0001c\n1\u00012\u00013\n", false)]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0", true)]
    [InlineData("abc\0\0\0\0,def\0\0\0\0\n", true)]
    public void Sniff_Controls_TellBinaryFromText(string text, bool binary) =>
        Assert.Equal(binary, DialectSniffer.Sniff(Encoding.UTF8.GetBytes(text), true, new DialectOptions()).IsBinary);

    [Fact]
    public void Sniff_RandomBytes_AreBinary()
    {
        var sample = new byte[4096];
        new Random(7).NextBytes(sample);

        Assert.True(DialectSniffer.Sniff(sample, true, new DialectOptions()).IsBinary);
    }

    [Fact]
    public void Sniff_KnownOptions_AreKept()
    {
        var known = new DialectOptions(":", '|', false, CsvEncoding.Windows1252);

        var sniffed = DialectSniffer.Sniff("id,name\n1,Ann\n"u8, true, known);

        Assert.Equal(new CsvDialect(":", '|', false, CsvEncoding.Windows1252), sniffed.Dialect);
    }

    [Fact]
    public void Sniff_KnownQuoteOnly_FindsTheDelimiter()
    {
        var sniffed = DialectSniffer.Sniff("id;'a,b'\n1;'c,d,e'\n"u8, true, new DialectOptions(Quote: '\''));

        Assert.Equal((";", '\''), (sniffed.Dialect.Delimiter, sniffed.Dialect.Quote));
    }

    [Fact]
    public void Sniff_DelimiterIsTheQuote_Throws() =>
        Assert.Throws<ArgumentException>(() => DialectSniffer.Sniff("a,b"u8, true, new DialectOptions("\"", '"')));

    [Fact]
    public void Sniff_SampleEndsAnywhere_SameDialect()
    {
        var text = "id;name;price\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"{i};\"Smith, {i}\n;;;\";{i},50\n"));
        var sample = Encoding.UTF8.GetBytes(text);

        for (var length = 45; length <= sample.Length; length++)
        {
            var sniffed = DialectSniffer.Sniff(sample.AsSpan(0, length), false, new DialectOptions());
            Assert.True(sniffed.Dialect == new CsvDialect(";"), $"{length} bytes: {sniffed.Dialect}");
        }
    }

    [Fact]
    public void Sniff_Utf16WithMark_ReadsBehindIt()
    {
        byte[] sample = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id;name\n1;Ünn\n")];

        var sniffed = DialectSniffer.Sniff(sample, true, new DialectOptions());

        Assert.Equal(new SniffedDialect(new CsvDialect(";", '"', true, CsvEncoding.Utf16LittleEndian), 2), sniffed);
    }
}
