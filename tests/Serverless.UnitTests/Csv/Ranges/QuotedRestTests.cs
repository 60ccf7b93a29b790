using System.Text;
using Serverless.Csv.Ranges;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Ranges;

public sealed class QuotedRestTests
{
    [Theory]
    // A record follows the line end.
    [InlineData("1,a\n2,b\n", 2, 0)]
    [InlineData("1,\"a\nb\"\n2,b\n", 2, 0)]
    [InlineData("1,\"a \"\"b\"\"\"\n2,b\n", 2, 0)]
    // The end of one that began before.
    [InlineData("b\"\n2,b\n", 2, 3)]
    [InlineData("b \"\"c\"\" d\",x\r\n2,y,z\n", 3, 14)]
    [InlineData("b\nc\nd\"\r2,b\n", 2, 7)]
    [InlineData("b\"", 2, 2)]
    // A bad record is no quoted text, whatever follows.
    [InlineData("1\n2,\"b\"\n", 2, 0)]
    [InlineData("1,2,3\n2,\"b\"\n", 2, 0)]
    [InlineData("1,a\"b\n2,\"b\"\n", 2, 0)]
    [InlineData("\n2,\"b,\"\n3,c\n", 2, 0)]
    // No record follows: nothing speaks for either.
    [InlineData("b\"\n2\n", 2, 0)]
    [InlineData("no quote\nat all", 2, 0)]
    [InlineData("", 2, 0)]
    public void Find_TextBehindALineEnd_LengthOfTheRest(string text, int columns, int expected) =>
        Assert.Equal(expected, QuotedRest.Find(Encoding.UTF8.GetBytes(text), isAll: true, (byte)',', (byte)'"', columns));

    [Theory]
    [InlineData("")]
    [InlineData("1,a")]
    [InlineData("1,a\r")]
    [InlineData("b\"")]
    [InlineData("b\"\n2,")]
    public void Find_TextThatEndsTooEarly_IsNotKnown(string text) =>
        Assert.Null(QuotedRest.Find(Encoding.UTF8.GetBytes(text), isAll: false, (byte)',', (byte)'"', 2));

    [Fact]
    public async Task First_RangesFromEveryByte_IsTheNextRecord()
    {
        // Line ends within quotes, quotes within quotes, and every kind of bad record that has no quote of its own.
        var lines = new[]
        {
            "1,plain,x\n", "2,\"a\nb\",x\n", "3,\"say \"\"hi\"\"\r\nthere\",\"y\n\nz\"\n", "4,\"q\",x\r\n", "5,few\n",
            "6,too,many,x\n", "\n",
            "7,\"\",\"\"\n", "8,\"ends with a comma,\n\",x\n", "9,z,\"last\n\"\n", "10,a,b\n",
        };
        var text = string.Concat(Enumerable.Repeat(string.Concat(lines), 3));
        var bytes = Encoding.UTF8.GetBytes(text);
        var starts = (await Records.ReadAsync(new MemoryStream(bytes), new CsvDialect())).Select(r => r.Position).ToList();

        for (var from = 0; from < bytes.Length - 1; from++)
        {
            var expected = starts.Find(s => s > from) is > 0 and var start ? start : bytes.Length;
            var source = new MemorySource(bytes, new Random(from), 9);
            await using var reader = new RangeReader(
                source, bytes.Length, new CsvDialect(), new ByteRange(from, bytes.Length), first: null, columns: 3);
            while (await reader.FillAsync(default))
            {
                while (reader.TryRead()) { }
            }

            Assert.True(expected == reader.Result.First, $"from {from}: {reader.Result.First} in the place of {expected}");
        }
    }
}
