using Serverless.Csv.Inference;
using Serverless.Csv.Report;
using Serverless.Csv.Schema;
using Serverless.CsvParsing;
using Serverless.CsvPipeline;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Pipeline;

public sealed class SchemaComparerTests
{
    private static readonly TableSchema Given = Cleaned.Schema("""
        {"fields": [{"name": "id", "type": "integer"}, {"name": "name"}, {"name": "price", "type": "number", "decimalChar": ","}, {"name": "day", "type": "date", "format": "%d.%m.%Y"}]}
        """);

    [Fact]
    public void Differences_SameColumns_None() =>
        Assert.Empty(Compare("id,name,price,day", "1,Ann,\"2,5\",31.12.2025\nx,Bob,3,01.01.2026\n3,,,\n"));

    [Fact]
    public void Differences_OneColumnMovedToTheEnd_IsTheOnlyOneMoved() =>
        Assert.Equal([new(SchemaDifferenceKind.Moved, "id", "column 1", "column 4")], Compare("name,price,day,id", "Ann,1,01.01.2026,1\n"));

    [Fact]
    public void Differences_SwappedColumns_OneMoved() =>
        Assert.Single(Compare("name,id,price,day", "Ann,1,1,01.01.2026\n"), d => d.Kind == SchemaDifferenceKind.Moved);

    [Fact]
    public void Differences_MostValuesOfAnotherType_Retyped() => Assert.Equal(
        [new(SchemaDifferenceKind.Retyped, "id", "integer", "string"), new(SchemaDifferenceKind.Retyped, "day", "date", "date")],
        Compare("id,name,price,day", "a,Ann,1,2026-01-01\nb,Bob,2,2026-01-02\n3,Eve,3,2026-01-03\n"));

    [Fact]
    public void Differences_MissingAndAdditional_AreNamed() => Assert.Equal(
        [new(SchemaDifferenceKind.Missing, "name", "column 2", null), new(SchemaDifferenceKind.Additional, "", null, "column 2"), new(
            SchemaDifferenceKind.Additional, "id", null, "column 5")],
        Compare("id,,price,day,id", "1,x,1,01.01.2026,1\n"));

    [Fact]
    public void Differences_NoColumns_AllAreMissing() =>
        Assert.Equal(4, Compare("", "").Count(d => d.Kind == SchemaDifferenceKind.Missing));

    private static IReadOnlyList<SchemaDifference> Compare(string header, string text)
    {
        string[] labels = header.Length == 0 ? [] : header.Split(',');
        var inference = new SchemaInference(labels);
        NaiveCsv.Read(text, (in CsvRecord record) => inference.Add(record));
        var comparer = new SchemaComparer(Given, inference.Build().Schema, labels, new CsvDialect());
        NaiveCsv.Read(text, (in CsvRecord record) => comparer.Take(record));
        return comparer.ListDifferences();
    }
}
