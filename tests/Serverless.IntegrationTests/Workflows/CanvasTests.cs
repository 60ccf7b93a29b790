using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.Workflows;
using Serverless.Workflows.Canvas;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class CanvasTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CanvasHost _host = null!;

    public async Task InitializeAsync() => _host = await CanvasHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("queue")]
    [InlineData("activity")]
    public async Task Chain_EachResult_IsTheNextOnesFirstArgument(string via)
    {
        var result = await _host.RunAsync($$"""
            { "type": "chain", "steps": [
              { "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 }, "via": "{{via}}" },
              { "type": "task", "task": "demo.add", "args": { "b": 10 }, "via": "{{via}}" },
              { "type": "task", "task": "test.json", "args": { "label": "$.kept" }, "via": "{{via}}" } ] }
            """);

        Assert.Equal(13, result.GetDouble());
        Assert.Equal("$.kept", _host.Script.Runs.Single().Label);
    }

    [Theory]
    [InlineData("""{ "type": "task", "args": { "b": 2.0, "a": 1 }, "task": "demo.add" }""", "", null)]
    [InlineData("""{ "type": "task", "task": "demo.add", "args": { "a": 1, "b": 3 } }""", "", "canvas")]
    [InlineData("""{ "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 } }""", "\"timeoutSeconds\": 5,", "timeoutSeconds")]
    public async Task Start_SameId_IsTheSameCanvasOrAConflict(string canvas, string members, string? differing)
    {
        var id = $"once-{Guid.NewGuid():N}";
        await _host.StartRunAsync("""{ "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 } }""", $"\"id\": \"{id}\",");
        await _host.EndAsync(id);
        using var again = await _host.PostAsync(canvas, $"{members} \"id\": \"{id}\",");

        Assert.Equal(differing is null ? HttpStatusCode.Accepted : HttpStatusCode.Conflict, again.StatusCode);
        if (differing is not null)
            Assert.Equal(differing, (await again.Content.ReadFromJsonAsync<JsonObject>())!["differs"]![0]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{ "type": "chord", "header": [], "body": BODY }""", "[]")]
    [InlineData("""{ "type": "chord", "header": [], "tolerate": 0.5, "body": BODY }""", """{"results":[],"failures":[]}""")]
    [InlineData("""{ "type": "chord", "header": [{ "type": "chord", "header": [], "body": BODY }, { "type": "group", "members": [] }], "body": BODY }""", "[[],[]]")]
    [InlineData("""{ "type": "chain", "steps": [{ "type": "group", "members": [] }, BODY] }""", "[]")]
    [InlineData("""{ "type": "chain", "steps": [{ "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 } }, { "type": "chord", "header": [], "body": BODY }] }""", "[]")]
    [InlineData("""{ "type": "group", "members": [{ "type": "group", "members": [] }, { "type": "chord", "header": [], "body": BODY }] }""",
        "[[],[]]")]
    public async Task Run_NothingSideBySide_GivesAnEmptyList(string canvas, string expected)
    {
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Value);

        var result = await _host.RunAsync(canvas.Replace("BODY", """{ "type": "task", "task": "test.json" }""", StringComparison.Ordinal));

        Assert.Equal(expected, result.GetRawText());
    }

    [Theory]
    [InlineData("map", "[]")]
    [InlineData("starmap", "[]")]
    [InlineData("chunks", "[]")]
    public async Task Run_MapOfNothingAsHeader_IsAResultOfNoItems(string type, string items)
    {
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Value);

        var result = await _host.RunAsync(
            $$"""{ "type": "chord", "header": [{ "type": "{{type}}", "task": "demo.add", "items": {{items}} }], "body": { "type": "task", "task": "test.json" } }""");

        Assert.Equal(
            (0, 0, 0),
            (result[0].GetProperty("items").GetInt32(), result[0].GetProperty("succeeded").GetInt32(), result[0].GetProperty("failed")
                .GetInt32()));
    }

    [Fact]
    public async Task Chain_ImmutableSignature_TakesItsOwnArguments()
    {
        var result = await _host.RunAsync("""
            { "type": "chain", "steps": [
              { "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 } },
              { "type": "task", "task": "demo.add", "args": { "a": 5, "b": 5 }, "immutable": true } ] }
            """);

        Assert.Equal(10, result.GetDouble());
    }

    [Fact]
    public async Task Group_MembersOfAllKinds_AnswersInOrder()
    {
        var result = await _host.RunAsync("""
            { "type": "group", "members": [
              { "type": "task", "task": "demo.add", "args": { "a": 1, "b": 1 } },
              { "type": "chain", "steps": [{ "type": "task", "task": "demo.add", "args": { "a": 2, "b": 2 } }, { "type": "task", "task": "demo.add", "args": { "b": 1 }, "via": "activity" }] },
              { "type": "group", "members": [{ "type": "task", "task": "test.json" }, { "type": "task", "task": "test.json", "args": { "value": "x" } }] } ] }
            """);

        Assert.Equal("""[2,5,[null,"x"]]""", result.GetRawText());
    }

    [Fact]
    public async Task Chord_AllSucceed_BodyGetsResultsInOrder()
    {
        var header = Enumerable.Range(0, 120).Select(i => Compose.Task("demo.add", new { a = i, b = 0 }));

        var result = await _host.RunAsync(CanvasJson.Write(Compose.Chord([.. header], Compose.Task("test.json"))).GetRawText());

        Assert.Equal(Enumerable.Range(0, 120), result.EnumerateArray().Select(e => (int)e.GetDouble()));
    }

    [Fact]
    public async Task Chord_MemberFails_FailsAtOnceAndCancelsTheRest()
    {
        var waiting = new TaskCompletionSource();
        _host.Script.Run = async (args, context) =>
        {
            if (args.Label == "bad") await waiting.Task;
            if (args.Label == "bad") throw new BusinessRuleException("no");
            waiting.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return 1;
        };

        var error = await _host.FailAsync("""
            { "type": "chord", "header": [
              { "type": "task", "task": "test.json", "args": { "label": "waits" } },
              { "type": "task", "task": "test.json", "args": { "label": "bad" }, "via": "activity" } ],
              "body": { "type": "task", "task": "test.json", "args": { "label": "body" } } }
            """);

        Assert.Contains("test.json: no", error, StringComparison.Ordinal);
        Assert.DoesNotContain(_host.Script.Runs, r => r.Label == "body");
        await _host.Tasks.IdleAsync();
    }

    [Theory]
    [InlineData("1", 1, true)]
    [InlineData("1", 2, false)]
    [InlineData("0.5", 2, true)]
    [InlineData("0.5", 3, false)]
    [InlineData("0", 1, false)]
    [InlineData("4", 4, true)]
    public async Task Chord_Tolerates_BodyGetsResultsAndFailuresApart(string tolerate, int failing, bool completes)
    {
        _host.Script.Run = (args, _) => args.Label is { } label
            && int.Parse(label, System.Globalization.CultureInfo.InvariantCulture) < failing
            ? throw new BusinessRuleException("no " + label)
                : Task.FromResult<object?>(args.Value ?? JsonSerializer.SerializeToElement(args.Label));
        var header = string.Join(
            ',', Enumerable.Range(0, 4).Select(i => $$"""{ "type": "task", "task": "test.json", "args": { "label": "{{i}}" } }"""));
        var chord =
            $$"""{ "type": "chord", "tolerate": {{tolerate}}, "header": [{{header}}], "body": { "type": "task", "task": "test.json" } }""";

        if (!completes)
        {
            Assert.Contains("test.json: no", await _host.FailAsync(chord), StringComparison.Ordinal);
            return;
        }

        var result = await _host.RunAsync(chord);
        Assert.Equal(4 - failing, result.GetProperty("results").GetArrayLength());
        Assert.Equal(
            Enumerable.Range(0, failing).Select(i => (i, $"no {i}")), result.GetProperty("failures").EnumerateArray()
                .Select(f => (f.GetProperty("index").GetInt32(), f.GetProperty("error").GetProperty("message").GetString()!)));
    }

    [Fact]
    public async Task Group_Large_IsSharedOutAndStaysInOrder()
    {
        var members = Enumerable.Range(0, 620).Select(i => Compose.Task("demo.add", new { a = i, b = 1 }) with { Via = TaskVia.Activity });

        var result = await _host.RunAsync(CanvasJson.Write(Compose.Group([.. members])).GetRawText());

        Assert.Equal(Enumerable.Range(1, 620), result.EnumerateArray().Select(e => (int)e.GetDouble()));
    }

    [Fact]
    public async Task Chain_Long_IsSharedOutAndPassesResultsOn()
    {
        var add = Compose.Task("demo.add", new { b = 1 }) with { Via = TaskVia.Activity };
        var chain = Compose.Chain([Compose.Task("demo.add", new { a = 0, b = 1 }), .. Enumerable.Repeat(add, 269)]);

        Assert.Equal(270, (await _host.RunAsync(CanvasJson.Write(chain).GetRawText())).GetDouble());
    }

    [Fact]
    public async Task Chord_LargeResults_TravelAsBlobs()
    {
        _host.Script.Run = (args, _) => Task.FromResult<object?>(
            args.Value is { } all ? all.EnumerateArray().Sum(e => e.GetString()!.Length) : new string('x', 30_000));

        var result = await _host.RunAsync("""
            { "type": "chord", "header": [{ "type": "task", "task": "test.json" }, { "type": "task", "task": "test.json", "via": "activity" }, { "type": "task", "task": "test.json" }],
              "body": { "type": "task", "task": "test.json" } }
            """);

        Assert.Equal(90_000, result.GetInt32());
    }

    [Fact]
    public async Task Callbacks_AfterSuccessAndFailure_GetResultAndError()
    {
        _host.Script.Run = (args, _) => args.Label == "bad" ? throw new BusinessRuleException("no") : Task.FromResult<object?>(args.Value);

        await _host.RunAsync(
            """{ "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 }, "onSuccess": { "type": "task", "task": "test.json", "args": { "label": "well" } } }""");
        var error = await _host.FailAsync(
            """{ "type": "chain", "steps": [{ "type": "task", "task": "test.json", "args": { "label": "bad" } }], "onError": { "type": "task", "task": "test.json", "args": { "label": "ill" } } }""");

        Assert.Contains("no", error, StringComparison.Ordinal);
        Assert.Equal(3, _host.Script.Runs.Single(r => r.Label == "well").Value!.Value.GetDouble());
        Assert.Equal("no", _host.Script.Runs.Single(r => r.Label == "ill").Value!.Value.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Callback_FailsItself_ChangesNothing()
    {
        _host.Script.Run = (_, _) => throw new BusinessRuleException("never");

        var result = await _host.RunAsync(
            """{ "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 }, "onSuccess": { "type": "task", "task": "test.json" } }""");

        Assert.Equal(3, result.GetDouble());
    }

    [Fact]
    public async Task Canvas_TimeIsUp_FailsAndRevokes()
    {
        _host.Script.Run = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var id = await _host.StartRunAsync("""{ "type": "task", "task": "test.json" }""", "\"timeoutSeconds\": 30,");
        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);

        _host.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Contains(
            "The time is up: the canvas may take 30 s.", (await _host.EndAsync(id))["output"]!.ToString(), StringComparison.Ordinal);
        await _host.Tasks.IdleAsync();
    }

    [Fact]
    public async Task Post_Faulty_SaysAllAtOnce()
    {
        using var response = await _host.PostAsync("""
            { "type": "chord", "header": [{ "type": "task", "task": "no.such" }, { "type": "task", "task": "demo.add", "args": { "c": 1 } }],
              "body": { "type": "map", "task": "test.json", "items": 5, "chunkSize": 0, "queue": "nowhere" } }
            """, "\"timeoutSeconds\": 0,");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject();
        Assert.Equal(
            ["canvas.body.chunkSize", "canvas.body.items", "canvas.body.queue", "canvas.header[0].task", "canvas.header[1].args.c",
                "timeoutSeconds"], errors.Select(e => e.Key));
    }

    [Theory]
    [InlineData("""{ "task": "demo.add" }""", "canvas")]
    [InlineData("""{ "type": "chain", "steps": [{ "type": "task", "task": "demo.add", "argz": {} }] }""", "canvas.steps[0]")]
    [InlineData("""{ "type": "group", "members": [null] }""", "canvas.members[0]")]
    [InlineData("5", "canvas")]
    public async Task Post_NoCanvas_SaysWhere(string canvas, string place)
    {
        using var response = await _host.PostAsync(canvas);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(
            place, (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Single().Key, StringComparison.Ordinal);
    }
}
