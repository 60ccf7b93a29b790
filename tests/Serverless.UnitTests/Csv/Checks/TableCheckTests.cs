using Serverless.Csv.Checks;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Values;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Checks;

/// <summary>The checks of Frictionless in <c>x-checks</c>.</summary>
public sealed class TableCheckTests
{
    private const string Fields = """
        [{"name":"q","type":"integer"},{"name":"n","type":"number"},{"name":"d","type":"date"},
        {"name":"paid","type":"boolean"},{"name":"s"}]
        """;

    [Theory]
    [InlineData("s", "[\"XX\", \"y'y\"]", "1,1,,,XX", "expected s not in ('XX', 'y'y'), found s \"XX\"")]
    [InlineData("s", "[\"XX\"]", "1,1,,,xx", null)]
    [InlineData("s", "[\"XX\"]", "1,1,,,", null)]
    [InlineData("q", "[0, -5]", "-5,1,,,", "expected q not in (0, -5), found q \"-5\"")]
    [InlineData("q", "[0, -5]", "5,1,,,", null)]
    [InlineData("n", "[1.50, 3]", "1,1.5,,,", "expected n not in (1.50, 3), found n \"1.5\"")]
    [InlineData("d", "[\"2024-01-01\"]", "1,1,2024-01-01,,", "expected d not in ('2024-01-01'), found d \"2024-01-01\"")]
    [InlineData("paid", "[false]", "1,1,,false,", "expected paid not in (false), found paid \"false\"")]
    public void ForbiddenValue_RejectsRecordsThatHaveIt(string field, string values, string record, string? message)
    {
        var parsed = Parse($$"""[{"type":"forbidden-value","fieldName":"{{field}}","values":{{values}}}]""");
        Assert.Empty(parsed.Faults);

        foreach (var schema in (TableSchema[])[parsed.Schema!, TableSchemaParser.Parse(parsed.Schema!.ToJson()).Schema!])
        {
            var faults = Cleaned.From(schema, record + "\n").Faults;
            Assert.Equal(message is null ? [] : [new RecordFault(field, "forbidden-value", message)], faults);
        }
    }

    [Theory]
    [InlineData("{\"type\":\"forbidden-value\",\"values\":[1]}", "$.x-checks[1].fieldName", "no field is named")]
    [InlineData("{\"type\":\"forbidden-value\",\"fieldName\":\"q\"}", "$.x-checks[1].values", "these are none, or too many")]
    [InlineData(
        "{\"type\":\"forbidden-value\",\"fieldName\":\"q\",\"values\":[null]}", "$.x-checks[1].values", "some are something else")]
    [InlineData("{\"type\":\"forbidden-value\",\"fieldName\":\"q\",\"values\":[\"a\"]}", "$.x-checks[1]", "'a' is no number")]
    [InlineData(
        "{\"type\":\"forbidden-value\",\"fieldName\":\"q\",\"values\":[1e3]}", "$.x-checks[1].values", "some are something else")]
    [InlineData("{\"type\":\"forbidden-value\",\"fieldName\":\"z\",\"values\":[1]}", "$.x-checks[1]", "there is no field `z`")]
    [InlineData("{\"type\":\"table-dimensions\",\"minRows\":-1}", "$.x-checks[1].minRows", "this is -1")]
    [InlineData("{\"type\":\"table-dimensions\",\"rows\":1}", "$.x-checks[1].rows", "this member is not known")]
    [InlineData("{\"type\":\"sequential-value\"}", "$.x-checks[1].fieldName", "no field is named")]
    [InlineData("{\"type\":\"sequential-value\",\"fieldName\":\"z\"}", "$.x-checks[1].fieldName", "there is no field \"z\"")]
    [InlineData("{\"type\":\"sequential-value\",\"fieldName\":\"s\"}", "$.x-checks[1].fieldName", "\"s\" is string")]
    [InlineData("{\"type\":\"deviated-value\",\"fieldName\":\"d\"}", "$.x-checks[1].fieldName", "\"d\" is date")]
    [InlineData(
        "{\"type\":\"deviated-value\",\"fieldName\":\"q\",\"interval\":-1}", "$.x-checks[1].interval", "this is -1")]
    [InlineData(
        "{\"type\":\"deviated-value\",\"fieldName\":\"q\",\"average\":\"median\"}", "$.x-checks[1].average", "this is \"median\"")]
    [InlineData("{\"type\":\"sum\"}", "$.x-checks[1].type", "\"sum\" is not known")]
    [InlineData("{}", "$.x-checks[1].type", "there is none")]
    [InlineData("7", "$.x-checks[1]", "this is 7")]
    public void Check_ThatCannotBe_IsAFaultOfTheSchema(string check, string path, string problem)
    {
        var fault = Assert.Single(Parse($"[\"q > 0\", {check}]").Faults);

        Assert.Equal((path, problem), (fault.Path, fault.Problem));
    }

    [Fact]
    public void Dimensions_SayWhatIsWrong()
    {
        var schema = Parse("""[{"type":"table-dimensions","minRows":2,"maxRows":4,"numFields":5,"maxFields":9}, "q > 0"]""").Schema!;
        var dimensions = TableSchemaParser.Parse(schema.ToJson()).Schema!.Dimensions!;

        Assert.Equal(schema.Dimensions, dimensions);
        Assert.Equal("The table has 1 records, and table-dimensions of x-checks asks for at least 2.", dimensions.FindRowsFault(1));
        Assert.Null(dimensions.FindRowsFault(2));
        Assert.Null(dimensions.FindRowsFault(4));
        Assert.Equal("The table has 5 records, and table-dimensions of x-checks asks for at most 4.", dimensions.FindRowsFault(5));
        Assert.Equal("The table has 6 columns, and table-dimensions of x-checks asks for exactly 5.", dimensions.FindFieldsFault(6));
        Assert.Null(dimensions.FindFieldsFault(5));
    }

    [Fact]
    public void ColumnChecks_AreWrittenAsTheyWereRead()
    {
        var schema = Parse("""
            [{"type":"sequential-value","fieldName":"q"},{"type":"deviated-value","fieldName":"n","interval":2.5,"average":"mean"},
             {"type":"deviated-value","fieldName":"q"}]
            """).Schema!;

        foreach (var read in (TableSchema[])[schema, TableSchemaParser.Parse(schema.ToJson()).Schema!])
        {
            Assert.Equal(["q"], read.ColumnChecks.Sequences);
            Assert.Equal([new("n", "2.5"), new DeviationCheck("q", "3")], read.ColumnChecks.Deviations);
        }
    }

    private static SchemaParseResult Parse(string checks) =>
        TableSchemaParser.Parse($$"""{"fields": {{Fields}}, "x-checks": {{checks}}}""");
}
