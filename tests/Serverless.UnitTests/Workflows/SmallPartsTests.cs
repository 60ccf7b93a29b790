using System.Text;
using System.Text.Json;
using Serverless.Workflows;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Items;

namespace Serverless.UnitTests.Workflows;

public sealed class SmallPartsTests
{
    /// <summary>However the JSON is written, and wherever in it the child is named; a text that looks like one is none.</summary>
    [Fact]
    public void BuiltInWorkflows_AreOrdered_ChildrenFirst()
    {
        var definitions = new Dictionary<string, string>
        {
            ["a"] = """{"steps":[{"name":"x","type":"parallel","steps":[{"name":"y","type":"workflow","workflow":"c"}]}]}""",
            ["b"] = """{"description":"\"workflow\": \"a\"","steps":[{"name":"x","type":"task","args":{"workflow":"a"}}]}""",
            ["c"] = """{"steps":[{"type":"workflow","workflow" : "d"}]}""",
            ["d"] = """{"steps":[{"type":"workflow","workflow":"d"}]}""",
        }.ToDictionary(d => d.Key, d => JsonElement.Parse(d.Value));

        Assert.Equal(["b", "d", "c", "a"], BuiltInWorkflows.SortByDependency(definitions).Select(d => d.Key));
    }

    [Theory]
    [InlineData("0", 10, 0)]
    [InlineData("1", 10, 1)]
    [InlineData("3", 2, 3)]
    [InlineData("0.25", 4, 1)]
    [InlineData("0.25", 3, 0)]
    [InlineData("0.99", 100, 99)]
    public void Tolerance_OfSoMany_IsACountOrAShare(string json, long total, long expected) =>
        Assert.Equal(expected, JsonSerializer.Deserialize<Tolerance>(json).Of(total));

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("-0.1")]
    public void Tolerance_NeitherCountNorShare_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Tolerance>(json));

    [Theory]
    [InlineData("run-1", "run-1.r2")]
    [InlineData("run-1.r2", "run-1.r3")]
    [InlineData("run-1.r10", "run-1.r11")]
    [InlineData("a.rx", "a.rx.r2")]
    public void RerunId_AfterARun_CountsOn(string id, string expected) => Assert.Equal(expected, RerunId.CreateAfter(id));

    [Fact]
    public void RerunId_LongId_StaysShortEnough() => Assert.InRange(RerunId.CreateAfter(new string('x', 100)).Length, 1, 100);

    [Theory]
    [InlineData("", 2, new long[] { 0 })]
    [InlineData("a\nb\nc", 2, new long[] { 0, 4, 5 })]
    [InlineData("a\nb\nc\n", 2, new long[] { 0, 4, 6 })]
    [InlineData("\n\na\r\n \nb\n\nc\n", 2, new long[] { 2, 10, 12 })]
    [InlineData("\n \n", 2, new long[] { 3 })]
    public void ChunkStarts_HoweverTheBytesCome_AreTheSame(string text, int chunkSize, long[] expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var piece = 1; piece <= Math.Max(1, bytes.Length); piece++)
        {
            var starts = new ChunkStarts(chunkSize);
            foreach (var some in bytes.Chunk(piece)) starts.Add(some);

            Assert.Equal(expected, starts.End());
        }
    }
}
