using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;

namespace Serverless.UnitTests.Csv.Output;

public sealed class CsvRecordWriterTests
{
    private static readonly TableSchema Schema = new([new("a"), new("b")]);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a b;c'", "a b;c'")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("\"\"", "\"\"\"\"\"\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a\rb", "\"a\rb\"")]
    [InlineData("", "")]
    public void WriteText_QuotesOnlyWhereNeeded(string text, string expected)
    {
        var writer = new CsvRecordWriter(Schema);
        writer.Begin();
        writer.WriteText(Encoding.UTF8.GetBytes(text), formulaSafe: false);
        writer.WriteMissing();
        writer.Commit();

        Assert.Equal(expected + ",\n", Encoding.UTF8.GetString(writer.Pending.Span));
    }

    [Theory]
    [InlineData(',')]
    [InlineData('"')]
    [InlineData('\r')]
    [InlineData('\n')]
    public void WriteText_OfAnyLength_IsQuotedForASpecialByteAnywhere(char special)
    {
        for (var length = 0; length <= 70; length++)
        {
            var text = new byte[length];
            for (var at = -1; at < length; at++)
            {
                // Neighbours of the special bytes, and bytes of other scripts.
                for (var i = 0; i < length; i++) text[i] = "!#+-\v\f\0\x8Aé"u8[i % 10];
                if (at >= 0) text[at] = (byte)special;
                var writer = new CsvRecordWriter(Schema);
                writer.Begin();
                writer.WriteText(text, formulaSafe: false);
                writer.WriteMissing();
                writer.Commit();

                Assert.Equal(at >= 0, writer.Pending.Span[0] == '"');
            }
        }
    }

    [Fact]
    public void Rollback_AfterClear_LeavesNothing()
    {
        var writer = new CsvRecordWriter(Schema);
        Write(writer, "one");
        writer.Clear();
        writer.Begin();
        writer.WriteText("gone"u8, formulaSafe: false);
        writer.Rollback();
        Write(writer, "two");

        Assert.Equal("two,\n", Encoding.UTF8.GetString(writer.Pending.Span));
    }

    [Theory]
    [InlineData("a b", "a b\n")]
    [InlineData("a,b", "\"a,b\"\n")]
    public void Header_Names_AreQuotedWhereNeeded(string name, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(CsvRecordWriter.BuildHeader(new([new(name)]))));

    [Fact]
    public void Header_NoColumns_IsNothing() => Assert.Empty(CsvRecordWriter.BuildHeader(new([])));

    private static void Write(CsvRecordWriter writer, string text)
    {
        writer.Begin();
        writer.WriteText(Encoding.UTF8.GetBytes(text), formulaSafe: false);
        writer.WriteMissing();
        writer.Commit();
    }
}
