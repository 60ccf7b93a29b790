using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Cleaning;

public sealed class QuoteAmbiguityTests
{
    private static readonly CsvDialect Found = new() { Escape = '\\' };

    [Theory]
    // Without an escape: a quote behind a backslash that does not end its field.
    [InlineData("1,\"say \\\"hi\\\" twice\"", false)]
    [InlineData("1,\"\\\"hi\\\"\"", false)]
    [InlineData("1,\"C:\\\"", true)]
    [InlineData("1,\"a \"\"b\\\"\"\"", true)]
    [InlineData("1,\"a\"b", true)]
    [InlineData("1,C:\\\"x\\\"", true)]
    public void NoEscapeFound_RefusesWhatOneWouldExplain(string record, bool isAccepted) =>
        Assert.Equal(isAccepted, IsAccepted(record, new CsvDialect()));

    [Theory]
    // With one that was found: a record that is well formed without it.
    [InlineData("1,\"say \\\"hi\\\" twice\"", true)]
    [InlineData("1,\"a \\\"b\\\", c\"", true)]
    [InlineData("1,\"ends with \\\"\"", true)]
    [InlineData("1,\"C:\\\\\"", true)]
    [InlineData("1,C:\\temp", true)]
    [InlineData("\"C:\\\",\"x\"", false)]
    [InlineData("1,\"C:\\\"", false)]
    [InlineData("\"x\\\",y\",2", true)]
    public void EscapeFound_RefusesWhatIsWellFormedWithout(string record, bool isAccepted) =>
        Assert.Equal(isAccepted, IsAccepted(record, Found));

    [Theory]
    [InlineData("1,\"say \\\"hi\\\" twice\"")]
    [InlineData("1,\"a\"b")]
    public void EscapeGiven_NothingIsAmbiguous(string record)
    {
        Assert.True(IsAccepted(record, new CsvDialect { IsEscapeGiven = true }));
        Assert.True(IsAccepted(record, new CsvDialect { Escape = '\\', IsEscapeGiven = true }));
    }

    private static bool IsAccepted(string record, CsvDialect dialect)
    {
        var schema = Cleaned.Schema("""{"fields":[{"name":"a"},{"name":"b"}]}""");
        var cleaner = new RecordCleaner(schema, CsvOutput.Csv, dialect);
        using var reader = new CsvRecordReader(new MemoryStream(Encoding.UTF8.GetBytes(record)), dialect);
        reader.Fill();
        while (!reader.TryRead()) reader.Fill();
        return cleaner.TryClean(reader.Current, new CsvRecordWriter(schema), out _);
    }
}
