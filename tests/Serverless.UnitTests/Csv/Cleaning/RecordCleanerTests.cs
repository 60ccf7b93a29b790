using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Cleaning;

public sealed class RecordCleanerTests
{
    private static readonly TableSchema Orders = Cleaned.Schema("""
        {"fields": [
          {"name": "id", "type": "integer", "constraints": {"required": true, "minimum": 1}},
          {"name": "price", "type": "number"},
          {"name": "day", "type": "date"},
          {"name": "note", "x-clean": ["trim"]}]}
        """);

    [Fact]
    public void TryClean_GoodRecords_AreWrittenInCanonicalForm()
    {
        var cleaned = Cleaned.From(Orders, "+007,.50,2024-02-29,  a \n2,,,\"x, \"\"y\"\"\"\n");

        Assert.Equal("7,0.50,2024-02-29,a\n2,,,\"x, \"\"y\"\"\"\n", cleaned.Text);
        Assert.Empty(cleaned.Faults);
    }

    [Fact]
    public void TryClean_BadRecord_LeavesNothingInTheOutput()
    {
        var cleaned = Cleaned.From(Orders, "1,1,2024-01-01,a\n2,2,2023-02-29,b\n3,3,2024-01-03,c\n");

        Assert.Equal("1,1,2024-01-01,a\n3,3,2024-01-03,c\n", cleaned.Text);
        Assert.Equal(new("day", "type-error", "expected a date as yyyy-MM-dd, found \"2023-02-29\""), Assert.Single(cleaned.Faults));
        Assert.Equal((2, 1), (cleaned.Statistics.Accepted, cleaned.Statistics.Rejected));
    }

    [Theory]
    [InlineData("", "", "blank-row", "expected 4 cells, found a blank line")]
    [InlineData("1,2", "day", "missing-cell", "expected 4 cells, found 2; 1 more fault in this record")]
    [InlineData("1,2,,a,b,c,d", "", "extra-cell", "expected 4 cells, found 7; 2 more faults in this record")]
    [InlineData(",x,,a", "id", "constraint-error",
        "expected a value, for the column is required, found nothing; 1 more fault in this record")]
    [InlineData("0,1,,a", "id", "constraint-error", "expected a value of at least 1, found \"0\"")]
    [InlineData("1,x,y,a,b", "price", "type-error", "expected a number, found \"x\"; 2 more faults in this record")]
    public void TryClean_Faults_FirstInFieldOrderIsReported(string line, string field, string code, string message)
    {
        var cleaned = Cleaned.From(Orders, line + "\n");

        Assert.Equal("", cleaned.Text);
        Assert.Equal(new(field, code, message), Assert.Single(cleaned.Faults));
    }

    [Fact]
    public void TryClean_InvalidUtf8_IsAnEncodingErrorOfItsField()
    {
        byte[] line = [.. "1,2,,caf"u8, 0xE9, .. "\n2,2,,ok\n"u8];

        var cleaned = Cleaned.From(Orders, line);

        Assert.Equal("2,2,,ok\n", cleaned.Text);
        var fault = Assert.Single(cleaned.Faults);
        Assert.Equal(("note", "encoding-error"), (fault.Field, fault.Code));
        Assert.Contains("caf\uFFFD", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryClean_UnclosedQuote_IsItsOwnFault()
    {
        var writer = new CsvRecordWriter(Orders);
        var cleaner = new RecordCleaner(Orders);
        var record =
            new CsvRecord
            {
                Raw = "1,\"abc"u8,
                Fields = [new(0, 1, FieldQuoting.None), new(3, 3, FieldQuoting.Quoted)],
                Row = 1,
                Line = 1,
                Unclosed = true
            };

        Assert.False(cleaner.TryClean(record, writer, out var fault));
        Assert.Equal(("price", "unclosed-quote"), (fault.Field, fault.Code));
        Assert.Equal(0, writer.Buffered);
    }

    [Fact]
    public void TryClean_LongCell_IsShownShortened()
    {
        var cleaned = Cleaned.From(Orders, $"{new string('x', 100_000)},,,\n");

        Assert.Equal($"expected an integer, found \"{new string('x', 50)}…\"", Assert.Single(cleaned.Faults).Message);
    }

    [Fact]
    public void TryClean_SingleMissingColumn_IsNotABlankLine()
    {
        var cleaned = Cleaned.From(Cleaned.Schema("""{"fields":[{"name":"a"}],"missingValues":["-"]}"""), "-\nx\n");

        Assert.Equal("\"\"\nx\n", cleaned.Text);
    }
}
