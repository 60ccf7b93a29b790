using System.Text;
using System.Text.Json;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Output;

public sealed class JsonLinesRecordWriterTests
{
    [Fact]
    public void Write_AllTypes_AreTyped()
    {
        var text = Write(
            """
            {"fields": [
              {"name": "i", "type": "integer"}, {"name": "n", "type": "number"}, {"name": "b", "type": "boolean"},
              {"name": "d", "type": "date"}, {"name": "t", "type": "time"}, {"name": "dt", "type": "datetime"},
              {"name": "y", "type": "year"}, {"name": "s \"q\""}]}
            """,
            "+123456789012345678901234567890,1.50,1,2024-02-29,12:30:00,2024-02-29T12:30:00Z,0044,=é\n,nan,,,,,-0044,\n1,x,,,,,,\n");

        Assert.Equal(
            """
            {"i":123456789012345678901234567890,"n":1.50,"b":true,"d":"2024-02-29","t":"12:30:00","dt":"2024-02-29T12:30:00Z","y":44,"s \"q\"":"=é"}
            {"i":null,"n":"NaN","b":null,"d":null,"t":null,"dt":null,"y":-44,"s \"q\"":null}

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void WriteText_EveryCharacter_IsReadBack()
    {
        var value = string.Concat(Enumerable.Range(1, 0x2FF).Where(c => c != '"').Select(c => (char)c)) + "\u2028😀\"\\";
        var text = Write("""{"fields":[{"name":"a"}]}""", $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");

        using var line = JsonDocument.Parse(text);
        Assert.Equal(value, line.RootElement.GetProperty("a").GetString());
        Assert.Equal(1, text.Count(c => c == '\n'));
    }

    private static string Write(string json, string csv)
    {
        var schema = Cleaned.Schema(json);
        var writer = new JsonLinesRecordWriter(schema);
        var cleaner = new RecordCleaner(schema);
        NaiveCsv.Read(csv, (in r) => cleaner.TryClean(r, writer, out _));
        return Encoding.UTF8.GetString(writer.Pending.Span);
    }
}
