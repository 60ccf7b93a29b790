using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Values;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Schema;

/// <summary>Additions of Data Package 2 to a Table Schema.</summary>
public sealed class DataPackageSchemaTests
{
    [Theory]
    [InlineData("integer", "\"exclusiveMinimum\":0", "0", false)]
    [InlineData("integer", "\"exclusiveMinimum\":0", "1", true)]
    [InlineData("number", "\"exclusiveMinimum\":0", "0.000", false)]
    [InlineData("number", "\"exclusiveMinimum\":0", "0.000000000000000000000001", true)]
    [InlineData("number", "\"exclusiveMaximum\":1", "1", false)]
    [InlineData("number", "\"exclusiveMaximum\":1", "0.999", true)]
    [InlineData("date", "\"exclusiveMinimum\":\"2025-01-31\"", "2025-01-31", false)]
    [InlineData("date", "\"exclusiveMinimum\":\"2025-01-31\"", "2025-02-01", true)]
    [InlineData("datetime", "\"exclusiveMaximum\":\"2025-01-01T00:00:00Z\"", "2025-01-01T00:00:00Z", false)]
    [InlineData("datetime", "\"exclusiveMaximum\":\"2025-01-01T00:00:00Z\"", "2024-12-31T23:59:59Z", true)]
    [InlineData("year", "\"exclusiveMaximum\":2025", "2025", false)]
    [InlineData("year", "\"exclusiveMinimum\":2024,\"maximum\":2025", "2025", true)]
    public void ExclusiveBound_IsNotAllowedItself(string type, string bound, string value, bool isAccepted)
    {
        var cell = Cleaned.Cell($"\"type\":\"{type}\",\"constraints\":{{{bound}}}", value);

        Assert.Equal(isAccepted, cell != "constraint-error");
    }

    [Fact]
    public void ExclusiveBound_WordsAndWritesItself()
    {
        var schema = Cleaned.Schema("""{"fields":[{"name":"a","type":"integer","constraints":{"exclusiveMinimum":0,"maximum":9}}]}""");

        Assert.Contains("a value over 0 and of at most 9, found", Cleaned.From(schema, "0\n").Faults[0].Message, StringComparison.Ordinal);
        Assert.Equal("0", Cleaned.Schema(schema.ToJson()).Fields[0].Constraints.ExclusiveMinimum);
        Assert.Equal("0", Cleaned.Schema(schema.ToCanonical().ToJson()).Fields[0].Constraints.ExclusiveMinimum);
    }

    [Theory]
    [InlineData("{\"minLength\":2,\"maxLength\":2}", "exactly 2 characters")]
    [InlineData("{\"minLength\":1,\"maxLength\":1}", "exactly 1 character,")]
    [InlineData("{\"minLength\":4}", "at least 4 characters")]
    [InlineData("{\"maxLength\":1}", "at most 1 character,")]
    [InlineData("{\"minLength\":4,\"maxLength\":5}", "4 to 5 characters")]
    public void Length_IsWordedAsPeopleSayIt(string constraints, string expected)
    {
        var schema = Cleaned.Schema($$"""{"fields":[{"name":"a","constraints":{{constraints}}}]}""");

        Assert.Contains($"expected {expected}", Cleaned.From(schema, "abc\n").Faults[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"categories\":[\"a\",\"b\"]", "b", true)]
    [InlineData("\"categories\":[\"a\",\"b\"]", "c", false)]
    [InlineData("\"categories\":[{\"value\":\"a\",\"label\":\"A\"}],\"categoriesOrdered\":true", "a", true)]
    [InlineData("\"categories\":[{\"value\":\"a\",\"label\":\"A\"}]", "A", false)]
    [InlineData("\"type\":\"integer\",\"categories\":[1,{\"value\":2}]", "2", true)]
    [InlineData("\"type\":\"integer\",\"categories\":[1,2],\"constraints\":{\"required\":true,\"enum\":[1]}", "2", false)]
    [InlineData("\"type\":\"integer\",\"categories\":[1,2],\"constraints\":{\"required\":true}", "3", false)]
    public void Categories_AreTheOnlyValues(string field, string value, bool isAccepted)
    {
        var schema = Cleaned.Schema($$"""{"fields":[{"name":"a",{{field}}}]}""");

        foreach (var same in new[] { schema, Cleaned.Schema(schema.ToJson()) })
            Assert.Equal(isAccepted ? 0 : 1, Cleaned.From(same, value + "\n").Faults.Count);
    }

    [Fact]
    public void UniqueKeys_AreKeysOfSeveralColumns()
    {
        var schema = Cleaned.Schema(
            """{"fields":[{"name":"a"},{"name":"b"},{"name":"c"}],"primaryKey":["c"],"uniqueKeys":[["b","a"],["c"]]}""");

        foreach (var same in new[] { schema, Cleaned.Schema(schema.ToJson()), Cleaned.Schema(schema.ToCanonical().ToJson()) })
            Assert.Equal(["True 2", "False 1,0"], same.Keys.Select(k => $"{k.IsPrimary} {string.Join(',', k.Columns)}"));
    }

    [Theory]
    [InlineData("exact", "a,b", "a,b")]
    [InlineData("exact", "b,a", "faults")]
    [InlineData("equal", "b,a", "b,a")]
    [InlineData("equal", "a", "faults")]
    [InlineData("equal", "a,b,c", "faults")]
    [InlineData("subset", "c,b,a", "c,b,a")]
    [InlineData("subset", "b,c", "faults")]
    [InlineData("superset", "b", "b")]
    [InlineData("superset", "b,c", "faults")]
    [InlineData("partial", "c,b", "c,b")]
    [InlineData("partial", "c,d", "faults")]
    [InlineData("equal", "a,a,b", "faults")]
    public void FieldsMatch_SaysHowColumnsMayDiffer(string match, string labels, string fields)
    {
        var schema = Cleaned.Schema(
            $$"""{"fields":[{"name":"a","type":"integer"},{"name":"b","type":"number"}],"fieldsMatch":"{{match}}"}""");
        schema = Cleaned.Schema(schema.ToJson());

        var arranged = schema.ArrangeBy(labels.Split(','));

        var found = HeaderMatcher.Match(arranged, labels.Split(',')).Count == 0
            ? string.Join(',', arranged.Fields.Select(f => f.Name)) : "faults";
        Assert.Equal(fields, found);
        if (found != "faults") Assert.Equal(FieldType.Number, arranged.Fields.Single(f => f.Name == "b").Type);
    }

    [Fact]
    public void Parse_DescriptiveMembersAndOnesOwn_Pass()
    {
        var result = TableSchemaParser.Parse("""
            {"$schema":"https://datapackage.org/profiles/2.0/tableschema.json","name":"n","title":"t","description":"d","x-own":1,
             "fields":[{"name":"a","title":"t","description":"d","example":1,"rdfType":"r","x-owner":"us"}]}
            """);

        Assert.Empty(result.Faults);
    }
}
