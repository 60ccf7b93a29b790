using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Values;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Schema;

public sealed class TableSchemaParserTests
{
    [Theory]
    [InlineData("[]", "$")]
    [InlineData("{", "$")]
    [InlineData("{}", "$.fields")]
    [InlineData("""{"fields":[]}""", "$.fields")]
    [InlineData("""{"fields":["a"]}""", "$.fields[0]")]
    [InlineData("""{"fields":[{}]}""", "$.fields[0].name")]
    [InlineData("""{"fields":[{"name":""}]}""", "$.fields[0].name")]
    [InlineData("""{"fields":[{"name":1}]}""", "$.fields[0].name")]
    [InlineData("""{"fields":[{"name":"a"},{"name":"a"}]}""", "$.fields[1].name")]
    [InlineData("""{"fields":[{"name":"a"}],"primaryKey":"b"}""", "$.primaryKey")]
    [InlineData("""{"fields":[{"name":"a"}],"primaryKey":["a","a"]}""", "$.primaryKey")]
    [InlineData("""{"fields":[{"name":"a"}],"primaryKey":[1]}""", "$.primaryKey")]
    [InlineData("""{"fields":[{"name":"a"}],"foreignKeys":[{}]}""", "$.foreignKeys[0].reference")]
    [InlineData("""{"fields":[{"name":"a"}],"missingValues":"NA"}""", "$.missingValues")]
    [InlineData("""{"fields":[{"name":"a"}],"misingValues":["NA"]}""", "$.misingValues")]
    [InlineData("""{"fields":[{"name":"a"}],"fieldsMatch":"some"}""", "$.fieldsMatch")]
    [InlineData("""{"fields":[{"name":"a"}],"uniqueKeys":["a"]}""", "$.uniqueKeys")]
    [InlineData("""{"fields":[{"name":"a"}],"uniqueKeys":[["b"]]}""", "$.uniqueKeys")]
    [InlineData("""{"fields":[{"name":"a"}],"uniqueKeys":[["a","a"]]}""", "$.uniqueKeys")]
    public void Parse_BadTable_NamesThePlace(string json, string path)
    {
        var result = TableSchemaParser.Parse(json);

        Assert.Null(result.Schema);
        Assert.Equal(path, Assert.Single(result.Faults).Path);
    }

    [Theory]
    [InlineData("\"type\":\"geopoint\"", "type")]
    [InlineData("\"type\":1", "type")]
    [InlineData("\"format\":\"phone\"", "format")]
    [InlineData("\"type\":\"integer\",\"format\":\"any\"", "format")]
    [InlineData("\"type\":\"date\",\"format\":\"%d/%m/%Q\"", "format")]
    [InlineData("\"type\":\"date\",\"format\":\"%d/%m\"", "format")]
    [InlineData("\"type\":\"date\",\"format\":\"%Y-%m-%d %H\"", "format")]
    [InlineData("\"type\":\"date\",\"format\":\"%Y-%m-%d-%d\"", "format")]
    [InlineData("\"type\":\"date\",\"format\":\"%Y-%m-%d%\"", "format")]
    [InlineData("\"type\":\"time\",\"format\":\"%M:%S\"", "format")]
    [InlineData("\"type\":\"datetime\",\"format\":\"%Y-%m-%d\"", "format")]
    [InlineData("\"type\":\"boolean\",\"trueValues\":[]", "trueValues")]
    [InlineData("\"type\":\"boolean\",\"falseValues\":[0]", "falseValues")]
    [InlineData("\"type\":\"boolean\",\"trueValues\":[\"x\"],\"falseValues\":[\"x\"]", "falseValues")]
    [InlineData("\"type\":\"string\",\"trueValues\":[\"x\"]", "trueValues")]
    [InlineData("\"missingValues\":\"NA\"", "missingValues")]
    [InlineData("\"missingValues\":[1]", "missingValues")]
    [InlineData("\"missingValues\":[{\"label\":\"x\"}]", "missingValues")]
    [InlineData("\"type\":\"number\",\"decimalChar\":\"\"", "decimalChar")]
    [InlineData("\"type\":\"number\",\"decimalChar\":\"5\"", "decimalChar")]
    [InlineData("\"type\":\"number\",\"groupChar\":\".\"", "groupChar")]
    [InlineData("\"type\":\"number\",\"bareNumber\":\"no\"", "bareNumber")]
    [InlineData("\"type\":\"integer\",\"decimalChar\":\",\"", "decimalChar")]
    [InlineData("\"x-clean\":\"trim\"", "x-clean")]
    [InlineData("\"x-clean\":[\"shout\"]", "x-clean")]
    [InlineData("\"clean\":[\"trim\"]", "clean")]
    [InlineData("\"fromat\":\"email\"", "fromat")]
    [InlineData("\"type\":\"number\",\"categories\":[1]", "categories")]
    [InlineData("\"categories\":[]", "categories")]
    [InlineData("\"type\":\"integer\",\"categories\":[\"x\"]", "categories")]
    [InlineData("\"categories\":[\"a\"],\"constraints\":{\"enum\":[\"b\"]}", "categories")]
    [InlineData("\"constraints\":{\"exclusiveMinimum\":1}", "constraints.exclusiveMinimum")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"minimum\":1,\"exclusiveMinimum\":0}", "constraints.exclusiveMinimum")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"jsonSchema\":{}}", "constraints.jsonSchema")]
    [InlineData("\"constraints\":[]", "constraints")]
    [InlineData("\"constraints\":{\"unique\":1}", "constraints.unique")]
    [InlineData("\"constraints\":{\"minLenght\":1}", "constraints.minLenght")]
    [InlineData("\"constraints\":{\"required\":\"yes\"}", "constraints.required")]
    [InlineData("\"constraints\":{\"minLength\":-1}", "constraints.minLength")]
    [InlineData("\"constraints\":{\"minLength\":1.5}", "constraints.minLength")]
    [InlineData("\"constraints\":{\"minLength\":3,\"maxLength\":2}", "constraints.maxLength")]
    [InlineData("\"constraints\":{\"minimum\":1}", "constraints.minimum")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"minimum\":\"one\"}", "constraints.minimum")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"maximum\":1.5}", "constraints.maximum")]
    [InlineData("\"type\":\"number\",\"constraints\":{\"maximum\":\"INF\"}", "constraints.maximum")]
    [InlineData("\"type\":\"date\",\"constraints\":{\"minimum\":\"2024-02-30\"}", "constraints.minimum")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"maxLength\":2}", "constraints.maxLength")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"pattern\":\"1+\"}", "constraints.pattern")]
    [InlineData("\"constraints\":{\"pattern\":\"(\"}", "constraints.pattern")]
    [InlineData("\"constraints\":{\"pattern\":\"a)|(b\"}", "constraints.pattern")]
    [InlineData("\"constraints\":{\"pattern\":\"(?=a)b\"}", "constraints.pattern")]
    [InlineData("\"constraints\":{\"pattern\":\"(a)\\\\1\"}", "constraints.pattern")]
    [InlineData("\"constraints\":{\"pattern\":\"((a{0,1000}){0,1000}){0,1000}\"}", "constraints.pattern")]
    [InlineData("\"constraints\":{\"enum\":[]}", "constraints.enum")]
    [InlineData("\"constraints\":{\"enum\":\"a\"}", "constraints.enum")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"enum\":[1,\"x\"]}", "constraints.enum[1]")]
    public void Parse_BadField_NamesThePlace(string field, string path)
    {
        var result = TableSchemaParser.Parse($$"""{"fields":[{"name":"a",{{field}}}]}""");

        Assert.Null(result.Schema);
        Assert.Equal("$.fields[0]." + path, Assert.Single(result.Faults).Path);
    }

    [Fact]
    public void Parse_ManyFaults_ReportsAll()
    {
        var result = TableSchemaParser.Parse("""
            {"fields": [
              {"name": "a", "type": "integer", "constraints": {"minimum": "x", "maximum": "y"}},
              {"type": "money"},
              {"name": "c", "type": "date", "format": "%x"}],
             "primaryKey": "z"}
            """);

        Assert.Equal(
            ["$.fields[0].constraints.minimum", "$.fields[0].constraints.maximum", "$.fields[1].name", "$.fields[1].type",
                "$.fields[2].format", "$.primaryKey"],
            result.Faults.Select(f => f.Path));
        Assert.All(result.Faults, f => Assert.NotEqual("", f.Allowed));
    }

    [Theory]
    [InlineData("\"a\"")]
    [InlineData("[\"a\"]")]
    public void Parse_PrimaryKey_IsRequiredAndOneKey(string name)
    {
        var schema = Cleaned.Schema(
            $$$"""{"fields":[{"name":"a","constraints":{"unique":true,"maxLength":3}},{"name":"b","constraints":{"unique":true}}],"primaryKey":{{{name}}}}""");
        var again = Cleaned.Schema(schema.ToJson());

        Assert.All([schema, again, Cleaned.Schema(schema.ToCanonical().ToJson())], s =>
        {
            Assert.Equal(["a"], s.PrimaryKey);
            Assert.True(s.Fields[0].Constraints.Required);
            Assert.Equal([(0, true), (1, false)], s.Keys.Select(k => (Assert.Single(k.Columns), k.IsPrimary)));
        });
    }

    [Fact]
    public void Parse_TooManyKeys_SaysHowMany()
    {
        var fields = string.Join(',', Enumerable.Range(0, 33).Select(i => $$$"""{"name":"c{{{i}}}","constraints":{"unique":true}}"""));

        Assert.Contains(
            "33 keys", Assert.Single(TableSchemaParser.Parse($$"""{"fields":[{{fields}}]}""").Faults).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Defaults_AreTheStandards()
    {
        var field = Assert.Single(Cleaned.Schema("""{"fields":[{"name":"a","title":"A","description":"x"}]}""").Fields);

        Assert.Equal(
            (FieldType.String, "default", ".", "", true), (field.Type, field.Format, field.DecimalChar, field.GroupChar, field.BareNumber));
        Assert.Equal(["true", "True", "TRUE", "1"], field.TrueValues);
    }

    [Theory]
    [InlineData("\"type\":\"date\",\"format\":\"%Y-%d-%m\",\"constraints\":{\"minimum\":\"2024-02-01\"}", "2024-01-02")]
    [InlineData("\"type\":\"number\",\"decimalChar\":\",\",\"groupChar\":\".\",\"constraints\":{\"minimum\":\"1.000,5\"}", "1000.5")]
    [InlineData("\"type\":\"number\",\"decimalChar\":\",\",\"groupChar\":\".\",\"constraints\":{\"minimum\":1.5}", "1.5")]
    public void ToJson_ReadAgain_IsTheSameSchema(string field, string minimum)
    {
        var schema = Cleaned.Schema($$"""{"fields":[{"name":"a",{{field}}}],"missingValues":["","-"]}""");
        var again = Cleaned.Schema(schema.ToJson());
        var canonical = Cleaned.Schema(schema.ToCanonical().ToJson());

        Assert.Equal(minimum, schema.Fields[0].Constraints.Minimum);
        Assert.Equal(minimum, again.Fields[0].Constraints.Minimum);
        Assert.Equal(minimum, canonical.Fields[0].Constraints.Minimum);
        Assert.Equal(["", "-"], again.MissingValues);
        Assert.Equal("default", canonical.Fields[0].Format);
    }
}
