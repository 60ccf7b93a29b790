using System.Text;
using System.Text.Json;
using Serverless.Http;

namespace Serverless.UnitTests.Security;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("{\"a\":\"\\ud83d\\ude00\",\"b\":\"\\u0000\"}")]
    [InlineData("{\"a\":{\"a\":[1,null]}}")]
    public void ParseObject_Object_IsRead(string json) =>
        Assert.Equal(
            JsonDocument.Parse(json).RootElement.GetRawText(), StrictJson.ParseObject(Encoding.UTF8.GetBytes(json))
                .ToJsonString(), (a, b) => Same(a, b));

    [Theory]
    [InlineData("", "tokens")]
    [InlineData("null", "no object")]
    [InlineData("[{}]", "no object")]
    [InlineData("{\"a\":1,\"a\":1}", "Duplicate")]
    [InlineData("{\"b\":{\"a\":1,\"\\u0061\":1}}", "Duplicate")]
    [InlineData("{\"a\":\"\\ud800\"}", "half a character, at byte 5")]
    [InlineData("{\"\\udc00\":1}", "half a character, at byte 1")]
    public void ParseObject_Other_IsRefused(string json, string expected)
    {
        var fault = Assert.ThrowsAny<JsonException>(() => StrictJson.ParseObject(Encoding.UTF8.GetBytes(json)));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseObject_InvalidUtf8_IsRefused() =>
        Assert.Throws<JsonException>(
            () => StrictJson.ParseObject([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}']));

    [Fact]
    public void ParseObject_MarkBeforeIt_IsPassedOver() =>
        Assert.Equal(1, (int?)StrictJson.ParseObject([0xEF, 0xBB, 0xBF, .. "{\"a\":1}"u8])["a"]);

    [Theory]
    [InlineData("{\"a\":\n  tru}", "'tru}' is an invalid JSON literal. Expected the literal 'true' (line 2, byte 6).")]
    [InlineData("{", "(line 1, byte 2).")]
    [InlineData("{\"a\":1,}", "(line 1, byte 8).")]
    public void Word_NoJson_SaysWhereAsEditorsCount(string json, string expected)
    {
        var fault = Assert.ThrowsAny<JsonException>(() => StrictJson.ParseObject(Encoding.UTF8.GetBytes(json)));

        Assert.EndsWith(expected, JsonErrors.Describe(fault), StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", JsonErrors.Describe(fault), StringComparison.Ordinal);
    }

    private static bool Same(string a, string b) =>
        JsonElement.DeepEquals(JsonDocument.Parse(a).RootElement, JsonDocument.Parse(b).RootElement);
}
