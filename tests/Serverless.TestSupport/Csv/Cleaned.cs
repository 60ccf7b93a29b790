using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.TestSupport.Csv;

/// <summary>The result of cleaning a small text.</summary>
internal sealed record Cleaned(string Text, IReadOnlyList<RecordFault> Faults, ChunkStatistics Statistics)
{
    public static TableSchema Schema(string json)
    {
        var result = TableSchemaParser.Parse(json);
        Assert.Empty(result.Faults);
        return result.Schema!;
    }

    public static Cleaned From(TableSchema schema, string text) => From(schema, Encoding.UTF8.GetBytes(text));

    public static Cleaned From(TableSchema schema, byte[] text)
    {
        var writer = new CsvRecordWriter(schema);
        var cleaner = new RecordCleaner(schema);
        var faults = new List<RecordFault>();
        NaiveCsv.Read(text, (in r) =>
        {
            if (!cleaner.TryClean(r, writer, out var fault)) faults.Add(fault);
        });
        return new(Encoding.UTF8.GetString(writer.Pending.Span), faults, cleaner.CreateStatistics());
    }

    /// <summary>One cell of a field that is described without its name: its canonical text, or the fault's code.</summary>
    public static string Cell(string field, string text, string missingValues = "")
    {
        var schema = Schema($$"""{"fields":[{"name":"a",{{field}}},{"name":"end","type":"any"}]{{missingValues}}}""");
        var cleaned = From(schema, $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",.");
        return cleaned.Faults.Count == 0 ? cleaned.Text[..^3] : cleaned.Faults[0].Code;
    }
}
