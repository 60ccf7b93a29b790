using System.Diagnostics;
using System.Text.Json;
using Serverless.Http;
using Serverless.Workflows.InputSchemas;

namespace Serverless.UnitTests.Workflows;

public sealed class InputSchemaTests
{
    [Theory]
    [InlineData("""{"type": "integer"}""", "3.0", null)]
    [InlineData("""{"type": "integer"}""", "3.5", "input")]
    [InlineData("""{"type": ["string", "null"]}""", "null", null)]
    [InlineData("""{"type": ["string", "null"]}""", "1", "input")]
    [InlineData("""{"enum": [1, {"a": 2}]}""", """{"a": 2.0}""", null)]
    [InlineData("""{"enum": [1, "b"]}""", "2", "input")]
    [InlineData("""{"const": "a"}""", "\"b\"", "input")]
    [InlineData("""{"minimum": 1, "exclusiveMaximum": 5}""", "5", "input")]
    [InlineData("""{"minimum": 1, "exclusiveMaximum": 5}""", "1", null)]
    [InlineData("""{"maximum": 1e400}""", "1", null)]
    [InlineData("""{"minLength": 2, "maxLength": 2}""", "\"😀😀\"", null)]
    [InlineData("""{"minLength": 2}""", "\"😀\"", "input")]
    [InlineData("""{"pattern": "^a+$"}""", "\"aaa\"", null)]
    [InlineData("""{"pattern": "^a+$"}""", "\"aab\"", "input")]
    [InlineData("""{"format": "date"}""", "\"2026-02-30\"", "input")]
    [InlineData("""{"format": "uuid"}""", "\"3f2504e0-4f89-11d3-9a0c-0305e82c3301\"", null)]
    [InlineData("""{"required": ["a"]}""", "{}", "input.a")]
    [InlineData("""{"properties": {"a": {"type": "string"}}}""", """{"a": 1, "b": 2}""", "input.a")]
    [InlineData("""{"properties": {"a": true}, "additionalProperties": false}""", """{"a": 1, "b": 2}""", "input.b")]
    [InlineData("""{"additionalProperties": {"type": "string"}}""", """{"b": 2}""", "input.b")]
    [InlineData("""{"items": {"type": "string"}}""", """["a", 1]""", "input[1]")]
    [InlineData("""{"minItems": 1}""", "[]", "input")]
    [InlineData("""{"maxProperties": 1}""", """{"a": 1, "b": 2}""", "input")]
    [InlineData("""{"uniqueItems": true}""", "[1, 2, 1.0]", "input[2]")]
    [InlineData("""{"allOf": [{"minimum": 1}, {"maximum": 2}]}""", "3", "input")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}]}""", "null", null)]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}]}""", "1", "input")]
    [InlineData("""{"oneOf": [{"minimum": 1}, {"minimum": 2}]}""", "3", "input")]
    [InlineData("""{"not": {"type": "null"}}""", "null", "input")]
    [InlineData("""{"$defs": {"t": {"properties": {"n": {"$ref": "#/$defs/t"}}, "type": "object"}}, "$ref": "#/$defs/t"}""",
        """{"n": {"n": {"n": 1}}}""", "input.n.n.n")]
    [InlineData("false", "1", "input")]
    [InlineData("""{"const": 1}""", "1e99999999999", "input")]
    [InlineData("""{"enum": [1, 2]}""", "1e99999999999", "input")]
    [InlineData("""{"uniqueItems": true}""", "[1, 1e99999999999, 1e99999999999]", "input[2]")]
    [InlineData("""{"type": "integer", "minimum": 0}""", "-1e99999999999", "input|input")]
    [InlineData("""{"title": "t", "description": "d", "default": 1, "examples": [1]}""", "1", null)]
    public void Check_Input_NamesThePlaceOfItsFault(string schema, string input, string? place)
    {
        var faults = new ValidationErrors();
        var read = InputSchema.Read(Json(schema), "inputSchema", faults)!;

        Assert.False(faults.Any);
        Assert.Equal(place?.Split('|') ?? [], read.Check(Json(input)).Select(f => f.Option));
    }

    [Theory]
    [InlineData("""{"type": "text"}""", "inputSchema.type")]
    [InlineData("""{"type": []}""", "inputSchema.type")]
    [InlineData("""{"enum": []}""", "inputSchema.enum")]
    [InlineData("""{"minimum": "1"}""", "inputSchema.minimum")]
    [InlineData("""{"minLength": -1}""", "inputSchema.minLength")]
    [InlineData("""{"pattern": "("}""", "inputSchema.pattern")]
    [InlineData("""{"pattern": "(?=a)"}""", "inputSchema.pattern")]
    [InlineData("""{"format": "email"}""", "inputSchema.format")]
    [InlineData("""{"required": "a"}""", "inputSchema.required")]
    [InlineData("""{"properties": {"a": {"requird": []}}}""", "inputSchema.properties.a.requird")]
    [InlineData("""{"$ref": "http://example.org/schema"}""", "inputSchema.$ref")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "inputSchema.$ref")]
    [InlineData("""{"anyOf": []}""", "inputSchema.anyOf")]
    [InlineData("7", "inputSchema")]
    public void Read_FaultySchema_NamesThePlace(string schema, string place)
    {
        var faults = new ValidationErrors();

        InputSchema.Read(Json(schema), "inputSchema", faults);

        Assert.Equal([place], faults.ToErrors().Keys);
    }

    [Theory]
    [InlineData("""{"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}""")]
    [InlineData("""{"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}""")]
    [InlineData("""{"items": {"anyOf": [{"not": {"not": {"not": {}}}}, {"not": {"not": {"not": {}}}}]}}""")]
    public void Check_WouldTakeForEver_IsRefused(string schema)
    {
        var read = InputSchema.Read(Json(schema), "inputSchema", new ValidationErrors())!;

        var faults = read.Check(Json($"[{string.Join(',', Enumerable.Repeat("1", 100_000))}]"));

        Assert.Equal(("input", "Is too large to be checked by the workflow's schema."), Assert.Single(faults));
    }

    [Fact]
    public void Check_PatternThatBacktracks_IsQuick()
    {
        var read = InputSchema.Read(Json("""{"pattern": "^(a+)+$"}"""), "inputSchema", new ValidationErrors())!;

        Assert.Single(read.Check(Json($"\"{new string('a', 100_000)}!\"")));
    }

    [Fact]
    public void Check_ThousandsOfTextsThatAreUnique_TellsTheOneThatIsNot()
    {
        var read = InputSchema.Read(Json("""{"uniqueItems": true}"""), "inputSchema", new ValidationErrors())!;
        var ids = Enumerable.Range(0, 20_000).Select(i => $"\"order {i}\"").Append("\"order 7\"");

        Assert.Equal("input[20000]", Assert.Single(read.Check(Json($"[{string.Join(',', ids)}]"))).Option);
    }

    [Theory]
    [InlineData("""{"additionalProperties": {"items": {"type": "number"}}}""")]
    [InlineData("""{"additionalProperties": {"items": {"type": "string"}}}""")]
    public void Check_LongNameAboveManyItems_IsRefusedSoon(string schema)
    {
        var read = InputSchema.Read(Json(schema), "inputSchema", new ValidationErrors())!;
        var watch = Stopwatch.StartNew();

        var faults = read.Check(
            Json($"{{\"{new string('x', 400_000)}\": [{string.Join(',', Enumerable.Repeat("1", 150_000))}]}}"));

        Assert.Equal(("input", "Is too large to be checked by the workflow's schema."), Assert.Single(faults));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Check_PatternOfManyStatesOnALargeText_IsGivenUp()
    {
        var read = InputSchema.Read(Json("""{"pattern": "(a|b)*a(a|b){3000}c"}"""), "inputSchema", new ValidationErrors());
        if (read is null) return;
        var watch = Stopwatch.StartNew();

        read.Check(Json($"\"{string.Concat(Enumerable.Repeat("ab", 400_000))}\""));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Read_SchemaTooDeep_IsRefused()
    {
        var faults = new ValidationErrors();
        var schema = string.Concat(Enumerable.Repeat("""{"not":""", 30)) + "{}" + new string('}', 30);

        InputSchema.Read(Json(schema), "inputSchema", faults);

        Assert.Contains("20 deep", Assert.Single(faults.ToErrors()).Value[0], StringComparison.Ordinal);
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
