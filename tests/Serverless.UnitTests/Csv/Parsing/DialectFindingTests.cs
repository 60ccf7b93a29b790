using System.Text;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Sniffing;

namespace Serverless.UnitTests.Csv.Parsing;

/// <summary>The sniffer's findings beyond delimiter and quote, and their look-alikes.</summary>
public sealed class DialectFindingTests
{
    [Theory]
    [InlineData("sep=;\r\nid;name\r\n1;x\r\n", ";", 1)]
    [InlineData("SEP=,\nid,name\n1,x;y\n", ",", 1)]
    [InlineData("\"sep=|\"\nid|name\n1|x\n", "|", 1)]
    [InlineData("sep=\t\nid\tname\n1\tx\n", "\t", 1)]
    [InlineData("sep=\\t\nid\tname\n1\tx\n", "\t", 1)]
    [InlineData("sep=||\nid||name\n1||x\n", "||", 1)]
    [InlineData("sep=^\nid^name\n1^x\n", "^", 1)]
    // A column of that name, or a line that names nothing.
    [InlineData("sep=a\n1\n2\n", ",", 0)]
    [InlineData("sep=\n1\n2\n", ",", 0)]
    [InlineData("sep=;", ",", 0)]
    public void Sniff_SeparatorLine_IsAnInstruction(string text, string delimiter, int skipped)
    {
        foreach (var mark in new[] { "", "\ufeff" })
        {
            var dialect = Sniff(mark + text);
            if (skipped > 0) Assert.Equal((delimiter, 1, true), (dialect.Delimiter, dialect.SkipRows, dialect.HasHeader));
            else Assert.Equal(0, dialect.SkipRows);
        }
    }

    [Theory]
    [InlineData("Report 2025\nid;name;price\n1;Ann;1,50\n2;Bob;2,75\n", ";", 1)]
    [InlineData("Report\n\nid,qty\n1,5\n2,6\n", ",", 2)]
    [InlineData("Account:;DE12\n\nFrom:;01.01.2025\nBalance:;1,5 EUR\n\nday;text;amount\n01.01.2025;a;-1,50\n02.01.2025;b;2,00\n", ";", 5)]
    [InlineData("Account:;DE12\n\nday;amount\n01.01.2025;-1,50\n02.01.2025;2,00\n", ";", 2)]
    [InlineData("one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\nid\tqty\n1\t2\n2\t3\n", "\t", 10)]
    [InlineData("Title, with a comma\nid,name,qty\n1,a,2\n2,b,3\n", ",", 1)]
    [InlineData("\"Title\nin two lines\"\nid,name,qty\n1,a,2\n2,b,3\n", ",", 2)]
    [InlineData("People\nname,city,country\nAnn,Paris,FR\nBob,Rome,IT\n", ",", 1)]
    [InlineData("People\nid,name\n1,Ann\n2,Bob\ntotal\n", ",", 1)]
    // No titles: a faulty header, records of several lengths, text with commas, a table that starts at once.
    [InlineData("a,b\n1,2,3\n4,5,6\n", ",", 0)]
    [InlineData("\"name\",\"city\"\n\"1\",\"Ann\",\"Paris\"\n\"2\",\"Bob\",\"Rome\"\n", ",", 0)]
    [InlineData("note\nhello, x\nhow, are\nyes, no\n", ",", 0)]
    [InlineData("name\nAnn\nSmith, Bob\nX, Y\n", ",", 0)]
    [InlineData("id,name\n1,a\n\nday,qty\n2025-01-01,5\n2025-01-02,6\n", ",", 0)]
    [InlineData("id,name\n1\n2,b\n3,c\n", ",", 0)]
    [InlineData("id\n1\n2\n", ",", 0)]
    public void Sniff_TitleLines_AreThoseAboveTheHeader(string text, string delimiter, int skipped)
    {
        var dialect = Sniff(text);

        Assert.Equal((delimiter, skipped), (dialect.Delimiter, dialect.SkipRows));
        if (skipped > 0) Assert.True(dialect.HasHeader);
    }

    [Theory]
    [InlineData("id,text\n1,\"say \\\"hi\\\" twice\"\n2,\"a \\\"b\\\", c\"\n3,\"plain\"\n", '\\')]
    [InlineData("id;text\n1;\"\\\"\"\n2;\"x\"\n", '\\')]
    [InlineData("id,text\n1,'it\\'s'\n2,'b'\n3,'c'\n", '\\')]
    [InlineData("id,path\n1,\"C:\\temp\\\"\n2,\"D:\\\"\n", '\0')]
    [InlineData("id,path\n1,\"\\\\server\\share\"\n2,\"a \"\"b\"\"\"\n", '\0')]
    [InlineData("id,path\n1,C:\\temp\n2,\"x\"\n", '\0')]
    [InlineData("id,text\n1,\"say \"hi\" there\"\n2,\"C:\\\"\n", '\0')]
    [InlineData("id,path,x\n1,\"C:\\\",a\n2,\"say \\\"hi\\\"\",b\n", '\0')]
    public void Sniff_Escape_OnlyWhereItExplainsEveryQuote(string text, char escape)
    {
        var dialect = Sniff(text);

        Assert.Equal((escape, false), (dialect.Escape, dialect.IsEscapeGiven));
    }

    [Theory]
    [InlineData("# exported 2025-12-01\n# by tool\nid,name\n1,a\n# a comment\n2,b\n", "#", true)]
    [InlineData("#exported\nid,name\n1,a\n2,b\n", "#", true)]
    [InlineData("##fileformat=X, y, z\n#id,name\n1,a\n2,b\n", "#", true)]
    [InlineData("id,name\n1,a\n# in between\n2,b\n", "#", true)]
    // A header, values and text that start with the character.
    [InlineData("#id,name\n1,a\n2,b\n", "", true)]
    [InlineData("id,name\n#1,a\n#2,b\n", "", true)]
    [InlineData("tag,n\n#a,1\n#b\n#c,3\n", "", true)]
    [InlineData("name,tags\na,#x\nb,\"#y, #z\"\n", "", true)]
    [InlineData("tag\n#a\n#b\n", "", true)]
    [InlineData("id,text\n1,\"# a heading\n# another\"\n2,b\n", "", true)]
    public void Sniff_Comments_OnlyWhereTheyCannotBeRecords(string text, string comment, bool header)
    {
        var dialect = Sniff(text);

        Assert.Equal((comment, 0, header), (dialect.Comment, dialect.SkipRows, dialect.HasHeader));
        if (comment.Length > 0) Assert.Equal(2, dialect.CommentColumns);
    }

    [Theory]
    [InlineData("id||name||qty\n1||a b||2\n2||c||3\n", "||")]
    [InlineData("1::1193::5::978300760\n2::661::3::978302109\n", "::")]
    [InlineData("1\u0001a,b\u0001\\N\n2\u0001c\u00015\n", "\u0001")]
    [InlineData("address\nfe80::1\n2001:db8::2\n", ",")]
    [InlineData("fe80::1\n2001:db8::2\n", ",")]
    [InlineData("a|b|c\n1||3\n4||6\n", "|")]
    [InlineData("a,,b\n1,,2\n", ",")]
    public void Sniff_Delimiter_OfTwoCharactersOrControl(string text, string delimiter) => Assert.Equal(delimiter, Sniff(text).Delimiter);

    [Fact]
    public void Sniff_SkipRowsGiven_LooksBehindThemAndForNoTitles()
    {
        Assert.Equal((";", 2, true), Of(Sniff("a,b,c\na,b,c\nid;qty\n1;2\n3;4\n", new DialectOptions { SkipRows = 2 })));
        Assert.Equal((",", 0, true), Of(Sniff("Title\nid,qty\n1,2\n3,4\n", new DialectOptions(HasHeader: true) { SkipRows = 0 })));
        Assert.Equal(0, Sniff("Title\n1,2\n3,4\n", new DialectOptions(HasHeader: false)).SkipRows);

        static (string, int, bool) Of(CsvDialect dialect) => (dialect.Delimiter, dialect.SkipRows, dialect.HasHeader);
    }

    [Fact]
    public void Sniff_PartsGiven_AreKeptAndNotFoundOtherwise()
    {
        var known = new DialectOptions(Quote: CsvDialect.None) { Escape = CsvDialect.None, Comment = "", DoubleQuote = false };

        var dialect = Sniff("# x\nid,text\n1,\"say \\\"hi\\\"\"\n", known);

        Assert.Equal(
            (CsvDialect.None, CsvDialect.None, "", false, true),
            (dialect.Quote, dialect.Escape, dialect.Comment, dialect.DoubleQuote, dialect.IsEscapeGiven));
    }

    private static CsvDialect Sniff(string text, DialectOptions? known = null) =>
        DialectSniffer.Sniff(Encoding.UTF8.GetBytes(text), isWhole: true, known ?? new DialectOptions()).Dialect;
}
