using System.Text.Json;
using Serverless.Http;

namespace Serverless.UnitTests.Http;

public sealed class JsonMisfitTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private sealed record Inner(double Share, IReadOnlyList<long> Ids);

    private sealed record Wanted(int Count, Inner Inner, IReadOnlyDictionary<string, bool> Flags, IReadOnlyList<Inner> All);

    /// <summary>A constructor's parameter is named by the type that it is for: that says nothing to whoever wrote the value.</summary>
    [Theory]
    [InlineData("""{"count": "x"}""", "at $.count: it must be a whole number that is not too large.")]
    [InlineData("""{"count": 1e99}""", "at $.count: it must be a whole number that is not too large.")]
    [InlineData("""{"inner": 5}""", "at $.inner: it must be an object.")]
    [InlineData("""{"inner": {"share": "x"}}""", "at $.inner.share: it must be a number.")]
    [InlineData("""{"inner": {"ids": [1, "x"]}}""", "at $.inner.ids[1]: it must be a whole number that is not too large.")]
    [InlineData("""{"inner": {"ids": 7}}""", "at $.inner.ids: it must be an array.")]
    [InlineData("""{"flags": {"odd name": 5}}""", "at $.flags['odd name']: it must be true or false.")]
    [InlineData("""{"all": [{}, {"share": true}]}""", "at $.all[1].share: it must be a number.")]
    [InlineData("[]", "at $: it must be an object.")]
    [InlineData("5", "at $: it must be an object.")]
    public void WordMisfit_ValueOfAnotherForm_SaysWhatFitsThere(string json, string expected)
    {
        var fault = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Wanted>(json, Options));

        Assert.Equal(expected, JsonErrors.WordMisfit(fault, typeof(Wanted), Options));
    }
}
