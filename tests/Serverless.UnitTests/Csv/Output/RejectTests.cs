using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.CsvParsing;

namespace Serverless.UnitTests.Csv.Output;

public sealed class RejectTests
{
    [Fact]
    public async Task CopyAsync_Part_MakesRowsAndLinesAbsolute()
    {
        var writer = new RejectWriter(new TableSchema([]));
        writer.Write(Record("a,\"x\ny\"", row: 1, line: 1), new("b", "type-error", "expected an integer, found \"x\""));
        writer.Write(Record("", row: 3, line: 4), new("", "blank-row", "blank"));

        Assert.Equal(
            "101,201,b,type-error,\"expected an integer, found \"\"x\"\"\",\"a,\"\"x\ny\"\"\"\n103,204,,blank-row,blank,\n",
            await CopyAsync(writer, 100, 200, records: 2));
    }

    [Fact]
    public async Task Write_InvalidUtf8_SaysWhatIsShown()
    {
        var writer = new RejectWriter(new TableSchema([]));
        writer.Write(Record([(byte)'a', 0xFF], 1, 1), new("a", "type-error", "m"));

        Assert.Equal("1,1,a,type-error,m; invalid bytes are shown as U+FFFD,a\uFFFD\n", await CopyAsync(writer, 0, 0, records: 1));
    }

    [Fact]
    public async Task CopyAsync_HugeRecord_IsCompleteAndCopiedInPieces()
    {
        var raw = new string('x', 10_000_000) + "\"";
        var writer = new RejectWriter(new TableSchema([]));
        writer.Write(Record(raw, 1, 1), new("a", "type-error", "m"));
        writer.Write(Record("y", 2, 2), new("a", "type-error", "m"));

        Assert.Equal($"8,9,a,type-error,m,\"{raw}\"\"\n9,10,a,type-error,m,y\n", await CopyAsync(writer, 7, 8, records: 2));
    }

    [Fact]
    public async Task CopyAsync_PartThatIsCutOff_IsAnError()
    {
        var writer = new RejectWriter(new TableSchema([]));
        writer.Write(Record("y", 2, 2), new("a", "type-error", "m"));
        for (var cut = 1; cut < writer.Buffered; cut++)
        {
            using var part = new MemoryStream(writer.Pending.ToArray()[..cut]);
            await Assert.ThrowsAsync<EndOfStreamException>(() => RejectPart.CopyAsync(part, 0, 0, Stream.Null).AsTask());
        }
    }

    private static CsvRecord Record(string raw, long row, long line) => Record(Encoding.UTF8.GetBytes(raw), row, line);

    private static CsvRecord Record(byte[] raw, long row, long line) =>
        new() { Raw = raw, Fields = new FieldSlice[] { new(0, raw.Length, FieldQuoting.None) }, Row = row, Line = line };

    private static async Task<string> CopyAsync(RejectWriter writer, long rows, long lines, long records)
    {
        using var part = new MemoryStream(writer.Pending.ToArray());
        using var output = new MemoryStream();
        Assert.Equal(records, await RejectPart.CopyAsync(part, rows, lines, output));
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
