using Serverless.Csv.Schema;

namespace Serverless.Tests.Csv.Schema;

public sealed class SchemaInferenceTests
{
    [Theory]
    [InlineData("1,-2,,0", FieldType.Integer)]
    [InlineData("1,2.5,-0.25,.5", FieldType.Number)]
    [InlineData("1,007", FieldType.String)]
    [InlineData("00.5", FieldType.String)]
    [InlineData("1,1e5", FieldType.String)]
    [InlineData("+49", FieldType.String)]
    [InlineData("1,1234567890123456789", FieldType.String)]
    [InlineData("0,1", FieldType.Integer)]
    [InlineData("true,FALSE", FieldType.Boolean)]
    [InlineData("true,1", FieldType.String)]
    [InlineData("yes,no", FieldType.String)]
    [InlineData("2024-02-29,2023-01-01", FieldType.Date)]
    [InlineData("2023-02-29", FieldType.String)]
    [InlineData("2024-01-01T00:00:00Z,2024-01-01T00:00:00.5+01:00", FieldType.DateTime)]
    [InlineData("2024-01-01 10:11:12", FieldType.DateTime)]
    [InlineData("2024-01-01,2024-01-01T00:00:00Z", FieldType.String)]
    [InlineData("2024,x", FieldType.String)]
    [InlineData("-", FieldType.String)]
    [InlineData(",", FieldType.String)]
    public void Build_Values_GiveTheType(string values, FieldType type)
    {
        var inference = new SchemaInference(["a", "b"]);
        foreach (var value in values.Split(',')) NaiveCsv.Read($"{value},.\n", (in r) => inference.Add(r));
        var schema = inference.Build();

        Assert.Equal(type, schema.Fields[0].Type);
        Assert.Empty(TableSchemaParser.Parse(schema.ToJson()).Faults);
        foreach (var value in values.Split(',')) Assert.Empty(Cleaned.From(schema, $"{value},.\n").Faults);
    }

    [Fact]
    public void Add_MoreThanEnough_IsNotLookedAt()
    {
        var inference = new SchemaInference(["a"]);
        var more = true;
        for (var i = 0; i < SchemaInference.MaxRecords; i++) NaiveCsv.Read("1\n", (in r) => more = inference.Add(r));

        Assert.False(more);
        NaiveCsv.Read("x\n", (in r) => inference.Add(r));
        Assert.Equal(FieldType.Integer, inference.Build().Fields[0].Type);
    }

    [Fact]
    public void Add_QuotedRaggedAndBlankRecords_AreSurvived()
    {
        var inference = new SchemaInference(["a", "b"]);
        NaiveCsv.Read("\"1\"\n\n2,\"x\"\"y\",3\n", (in r) => inference.Add(r));

        Assert.Equal([FieldType.Integer, FieldType.String], inference.Build().Fields.Select(f => f.Type));
    }
}
