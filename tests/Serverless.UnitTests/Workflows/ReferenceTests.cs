using System.Text.Json;
using Serverless.Tasks;
using Serverless.Workflows.References;

namespace Serverless.UnitTests.Workflows;

public sealed class ReferenceTests
{
    private static RunData Data() => new(new Dictionary<string, JsonElement>
    {
        ["input"] = Json("""{"when":"2026-01-31T12:00:00+02:00","big":12345678901234567890,"half":0.5,"none":null,"list":[1,2,3]}"""),
        ["steps.a"] = Json("""{"valid":true,"rows":[{"n":1},{"n":20}]}"""),
    });

    [Theory]
    [InlineData("\"$.input.when\"", "\"2026-01-31T12:00:00+02:00\"")]
    [InlineData("\"$.input.big\"", "12345678901234567890")]
    [InlineData("\"$.input.half\"", "0.5")]
    [InlineData("\"$.input.none\"", "null")]
    [InlineData("\"$.input.unknown.deeper\"", "null")]
    [InlineData("\"$.steps.a.rows[?n > `10`].n | [0]\"", "20")]
    [InlineData("\"$.steps.missing\"", "null")]
    [InlineData("{\"x\":[\"$.input.list\",\"plain\",\"$5\",\"$$.kept\"],\"y\":{\"z\":\"$.steps.a.valid\"}}",
        "{\"x\":[[1,2,3],\"plain\",\"$5\",\"$.kept\"],\"y\":{\"z\":true}}")]
    public void Resolve_References_GiveWhatTheyReferTo(string template, string expected) => Same(expected, Data().Resolve(Json(template)));

    [Theory]
    [InlineData("$.steps.a.valid", true)]
    [InlineData("!$.steps.a.valid", false)]
    [InlineData("$.steps.a.valid && length($.steps.a.rows) == `2`", true)]
    [InlineData("$.input.none || $.input.list[5]", false)]
    [InlineData("$.input.half > `0.4` && $.input.half < `1`", true)]
    public void IsTrue_Condition_IsAsJmesPathHasIt(string condition, bool expected) => Assert.Equal(expected, Data().IsTrue(condition));

    [Fact]
    public void Evaluate_WrongType_SaysWhichExpression() =>
        Assert.StartsWith(
            "length($.input.half) cannot be evaluated", Assert.Throws<TaskValidationException>(
                () => Data().IsTrue("length($.input.half)")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_Expression_TellsWhatItRefersTo()
    {
        var expression = RunExpression.Parse("$.steps.a.steps.b && $.input.steps.c || contains($.steps.d_1, $.item.steps.e)");

        Assert.Equal(["a", "d_1"], expression.Steps.Order(StringComparer.Ordinal));
        Assert.Equal((true, false), (expression.UsesItem, expression.IsConstant));
    }

    [Theory]
    [InlineData("$.step.a", "There is no $.step;")]
    [InlineData("$", "\"$\" stands for no value of its own")]
    [InlineData("$.steps", "$.steps must be followed by a step's name.")]
    [InlineData("$.steps.*", "$.steps must be followed by a step's name.")]
    [InlineData("nosuch($.input)", "Is no JMESPath expression")]
    [InlineData("$.input.a[", "Is no JMESPath expression")]
    public void TryParse_Faulty_SaysWhy(string text, string expected)
    {
        Assert.False(RunExpression.TryParse(text, out _, out var fault));
        Assert.StartsWith(expected, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":["$.input","$$.x","$","plain",1,null]}""")]
    [InlineData("\"$.steps.a\"")]
    [InlineData("5")]
    public void Quote_AnyJson_ResolvesToItself(string json) => Same(json, Data().Resolve(Template.Quote(Json(json))));

    private static void Same(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(Json(expected), actual), actual.GetRawText());

    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
