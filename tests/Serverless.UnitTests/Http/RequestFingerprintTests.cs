using System.Text.Json;
using Serverless.Http;

namespace Serverless.UnitTests.Http;

public sealed class RequestFingerprintTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{ "b" : [1.0, 20e-1], "a" : 10E-1 }""", true)]
    [InlineData("\"a\\u0062\"", "\"ab\"", true)]
    [InlineData("0", "-0.000e5", true)]
    [InlineData("100", "1e2", true)]
    [InlineData("-1.50", "-15e-1", true)]
    [InlineData("12345678901234567890123", "12345678901234567890124", false)]
    [InlineData("0.1", "0.10000000000000001", false)]
    [InlineData("1e400", "1e401", false)]
    [InlineData("1", "-1", false)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("[1,[2]]", "[[1],2]", false)]
    [InlineData("""{"a":null}""", "{}", false)]
    [InlineData("""{"a":"b"}""", """{"a":{"b":1}}""", false)]
    [InlineData("[]", "{}", false)]
    [InlineData("true", "false", false)]
    public void Differences_OfValues_AreThoseOfMeaning(string one, string other, bool same)
    {
        var differing = Of(other).ListDifferencesTo(Of(one).ToString());

        Assert.Equal(same ? [] : ["args"], differing);

        static RequestFingerprint Of(string json) => new RequestFingerprint().Add("args", JsonSerializer.Deserialize<JsonElement>(json));
    }

    [Fact]
    public void Differences_MembersOnEitherSide_AreNamedInOrder()
    {
        var stored = new RequestFingerprint().Add("queue", "a").Add("task", "t").Add<string>("tenant", null).ToString();

        Assert.Equal(["eta", "queue"], new RequestFingerprint().Add("task", "t").Add("eta", "x").ListDifferencesTo(stored));
    }

    [Theory]
    [InlineData("The task id 'x' is in use for something that was not asked for by this id. Give another id.")]
    [InlineData("The task id 'x' is in use for another request: 'a' differs. Give the same request, or another id.", "a")]
    [InlineData("The task id 'x' is in use for another request: 'a', 'b' and 'c' differ. Give the same request, or another id.", "a", "b",
        "c")]
    public void IdTaken_Message_SaysWhatDiffers(string expected, params string[] differing) =>
        Assert.Equal(expected, new IdTakenException("task", "x", differing).Message);
}
