using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.Workflows.Run;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class MapTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CanvasHost _host = null!;

    public async Task InitializeAsync() => _host = await CanvasHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("queue")]
    [InlineData("activity")]
    public async Task Map_OverAnArray_HasResultsInOrder(string via)
    {
        var result = await _host.RunAsync(
            $$"""{ "type": "map", "task": "demo.add", "items": [1, 2, 3, 4, 5], "args": { "b": 10 }, "chunkSize": 2, "via": "{{via}}" }""");

        Assert.Equal([11.0, 12, 13, 14, 15], result.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()));
        var lines = (await _host.ReadAsync(result.GetProperty("results").GetString()!)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("""{"index":3,"result":14}""", lines[3]);
    }

    [Fact]
    public async Task Map_OverJsonLines_BadLinesAreFailuresOfTheirOwn()
    {
        await _host.UploadAsync("maps/lines.jsonl", "{\"n\":1}\n\nnot json\n{\"n\":2}\n   \n{\"n\":3}");
        _host.Script.Run = (args, _) => args.Value!.Value.GetProperty("n").GetInt32() == 2
            ? throw new BusinessRuleException("no two") : Task.FromResult<object?>(args.Value);

        var result = await _host.RunAsync(
            """{ "type": "map", "task": "test.json", "items": { "blob": "incoming/maps/lines.jsonl" }, "chunkSize": 3, "tolerate": 0.5, "via": "activity" }""");

        Assert.Equal(
            (4, 2, 2),
            (result.GetProperty("items").GetInt32(), result.GetProperty("succeeded").GetInt32(), result.GetProperty("failed").GetInt32()));
        Assert.False(result.TryGetProperty("values", out _));
        var failures = (await _host.ReadAsync(result.GetProperty("failures").GetString()!)).Split(
            '\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal([1, 2], failures.Select(f => f["index"]!.GetValue<int>()));
        Assert.Contains("no JSON", failures[0]["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("no two", failures[1]["error"]!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task Map_OverACsv_ItemsAreItsRecords()
    {
        await _host.UploadAsync("maps/table.csv", "name;n\n\"a;b\";1\n\"c\nd\";2\n");

        var result = await _host.RunAsync("""{ "type": "map", "task": "test.json", "items": { "blob": "incoming/maps/table.csv" } }""");

        Assert.Equal("""[{"name":"a;b","n":"1"},{"name":"c\nd","n":"2"}]""", result.GetProperty("values").GetRawText());
    }

    [Fact]
    public async Task StarMap_ItemsAreArguments_NamedOrInOrder()
    {
        var result = await _host.RunAsync(
            """{ "type": "starmap", "task": "demo.add", "items": [[1, 2], { "b": 3, "a": 4 }], "via": "activity" }""");

        Assert.Equal([3.0, 7.0], result.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()));
    }

    [Fact]
    public async Task Chunks_OfThree_TaskTakesEachList()
    {
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Value!.Value.GetArrayLength());

        var result = await _host.RunAsync("""{ "type": "chunks", "task": "test.json", "items": [1, 2, 3, 4, 5, 6, 7], "chunkSize": 3 }""");

        Assert.Equal([3, 3, 1], result.GetProperty("values").EnumerateArray().Select(v => v.GetInt32()));
        Assert.Equal(7, result.GetProperty("succeeded").GetInt32());
    }

    [Fact]
    public async Task Map_InAChain_TakesWhatTheNodeBeforeGives()
    {
        var result = await _host.RunAsync("""
            { "type": "chain", "steps": [
              { "type": "group", "members": [{ "type": "task", "task": "demo.add", "args": { "a": 1, "b": 1 } }, { "type": "task", "task": "demo.add", "args": { "a": 2, "b": 2 } }] },
              { "type": "map", "task": "demo.add", "args": { "b": 100 }, "via": "activity" } ] }
            """);

        Assert.Equal([102.0, 104.0], result.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()));
    }

    [Fact]
    public async Task Map_NoItems_HasNoResults()
    {
        var result = await _host.RunAsync("""{ "type": "map", "task": "demo.add", "items": [] }""");

        Assert.Equal((0, 0), (result.GetProperty("items").GetInt32(), result.GetProperty("values").GetArrayLength()));
    }

    [Fact]
    public async Task Map_MoreFailuresThanTolerated_FailsWithTheFirst()
    {
        _host.Script.Run = (args, _) => throw new BusinessRuleException($"no {args.Value}");

        Assert.Contains(
            "map: no 1", await _host.FailAsync(
                """{ "type": "map", "task": "test.json", "items": [1, 2, 3], "chunkSize": 1, "maxConcurrency": 1, "tolerate": 0.3 }"""),
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_BlobIsMissing_SaysWhich()
    {
        Assert.Contains(
            "There is no blob incoming/nobody.jsonl.", await _host.FailAsync(
                """{ "type": "map", "task": "test.json", "items": { "blob": "incoming/nobody.jsonl" } }"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_ManyChunks_KeepsItsHistoryShort()
    {
        await _host.UploadAsync("maps/many.jsonl", string.Concat(Enumerable.Range(0, 900).Select(i => $"{i}\n")));

        var id = await _host.StartRunAsync(
            """{ "type": "map", "task": "test.json", "items": { "blob": "incoming/maps/many.jsonl" }, "chunkSize": 2, "maxConcurrency": 16, "via": "activity" }""");
        var output = (await _host.EndAsync(id))["output"]!["Result"]!;

        Assert.Equal(900, output["succeeded"]!.GetValue<int>());
        var indexes = (await _host.ReadAsync(output["results"]!.GetValue<string>())).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<JsonElement>(l))
                .Select(e => (e.GetProperty("index").GetInt32(), e.GetProperty("result").GetInt32()));
        Assert.Equal(Enumerable.Range(0, 900).Select(i => (i, i)), indexes);
        var map = await _host.StatusAsync(WorkId.OfChild(id, ""));
        Assert.InRange(map["historyEvents"]!.AsArray().Count, 1, 150);
    }

    [Fact]
    public async Task Map_ConcurrencyIsChanged_WhileItRuns()
    {
        var go = new TaskCompletionSource();
        _host.Script.Run = async (_, _) =>
        {
            await go.Task;
            return 1;
        };
        var items = string.Join(',', Enumerable.Range(0, 12).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        var id = await _host.StartRunAsync(
            $$"""{ "type": "map", "task": "test.json", "items": [{{items}}], "chunkSize": 1, "maxConcurrency": 2, "via": "activity" }""");
        await Eventually.TrueAsync(() => _host.Script.Runs.Count == 2);

        await _host.RaiseAsync(id, "maxConcurrency", "5");

        await Eventually.TrueAsync(() => _host.Script.Runs.Count == 5);
        go.SetResult();
        await _host.EndAsync(id);
        Assert.Equal(12, _host.Script.Runs.Count);
    }
}
