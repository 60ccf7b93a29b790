using System.Text.Json;
using Serverless.Http;

namespace Serverless.UnitTests.Http;

public sealed class JsonEqualityTests
{
    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("-0", "0", true)]
    [InlineData("1e2", "100", true)]
    [InlineData("120e-1", "12", true)]
    [InlineData("0.00100", "1E-3", true)]
    [InlineData("-1", "1", false)]
    [InlineData("1e99999999999", "1", false)]
    [InlineData("1e99999999999", "10e99999999998", true)]
    [InlineData("1e99999999999999999999", "1e99999999999999999999", true)]
    [InlineData("1e99999999999999999999", "2e99999999999999999999", false)]
    [InlineData("0e99999999999", "0", true)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("\"a\"", "\"\\u0061\"", true)]
    [InlineData("""{"a": 1, "b": [true, null]}""", """{"b": [true, null], "a": 1.0}""", true)]
    [InlineData("""{"a": 1}""", """{"b": 1}""", false)]
    [InlineData("[1, 2]", "[2, 1]", false)]
    [InlineData("true", "false", false)]
    public void AreEqual_Values_ComparesThemByValue(string one, string other, bool expected)
    {
        Assert.Equal(expected, JsonEquality.AreEqual(Json(one), Json(other)));
        Assert.Equal(expected, JsonEquality.AreEqual(Json(other), Json(one)));
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
