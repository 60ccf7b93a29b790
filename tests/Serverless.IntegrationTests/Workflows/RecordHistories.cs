using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.IntegrationTests.Tasks;
using Serverless.Local.Sqlite;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.Workflows;
using Serverless.Workflows.Canvas;
using Serverless.Workflows.Run;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>
/// Records the histories that <see cref="RecordedHistoryTests"/> replays, when it is asked to: <c>SERVERLESS_RECORD_HISTORIES=1 dotnet test
/// --filter RecordHistories</c>.
/// </summary>
[Collection(WorkflowTests.Name)]
public sealed class RecordHistories(AzuriteFixture azurite)
{
    [RecordFact]
    public async Task Record_FinishedRuns_Anew()
    {
        Directory.CreateDirectory(RecordedHistory.Folder);
        using var folder = new TemporaryFolder();
        var ids = new Dictionary<string, string>();
        await using (var host = await CanvasHost.StartAsync(azurite, folder.Path))
        {
            await WorkflowsAsync(host.Workflows, ids);
            await CanvasesAsync(host, ids);
            ids["batch-member"] = await BatchAsync(host.Tasks);
        }

        await using var store = SqliteStore.Open(Path.Combine(folder.Path, "host.db"));
        foreach (var (name, id) in ids) RecordedHistory.Read(store, id).Save(name + ".json");
    }

    private static async Task WorkflowsAsync(WorkflowHost host, Dictionary<string, string> ids)
    {
        var tour = await host.RunAsync("number_tour", new { a = 2, b = 3, @double = true, numbers = Enumerable.Range(1, 3) });
        ids["workflow-every-step"] = tour.Id;
        ids["map"] = tour.Steps.Single(s => s.Name == "each").WorkId!;
        ids["workflow-skipped-branch"] = (await host.RunAsync("number_tour", new { a = 2, b = 3 })).Id;

        host.Script.Run = (args, _) => args.Text == "bad" ? throw new TaskValidationException("no") : Task.FromResult<object?>(args.Text);
        var child = await host.RegisterAsync(
            """[{ "name": "inner", "type": "task", "task": "test.script", "args": { "text": "$.input" } }]""", name: "recorded_child");
        var parent = await host.RegisterAsync($$"""
            [
              { "name": "nested", "type": "workflow", "workflow": "{{child}}", "args": "$.input.good" },
              { "name": "some", "type": "parallel", "tolerate": 1, "steps": [
                { "name": "well", "type": "task", "task": "test.script", "args": { "text": "well" } },
                { "name": "badly", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "bad" } }] },
              { "name": "end", "type": "task", "task": "test.script", "args": { "text": "$.input.end" } }
            ]
            """, name: "recorded_parent");
        ids["workflow-child-and-tolerance"] = (await host.RunAsync(parent, new { good = "good", end = "end" })).Id;
        var failed = await host.RunAsync(parent, new { good = "good", end = "bad" }, RunState.Failed);
        ids["workflow-failed"] = failed.Id;
        using (var response = await host.Http.PostAsync(new Uri($"/api/workflows/runs/{failed.Id}/rerun", UriKind.Relative), null))
        {
            var again = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
            ids["workflow-rerun"] = (await host.WaitAsync(again, RunState.Failed)).Id;
        }

        ids["workflow-waits"] = await WaitsAsync(host);
        await DecisionsAsync(host, ids);
        await UndoAsync(host, ids);
        host.Script.Run = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        host.Script.Runs.Clear();
        var cancelled = await host.StartRunAsync(child, "x");
        await Eventually.TrueAsync(() => !host.Script.Runs.IsEmpty);
        using var cancel = await host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{cancelled}", UriKind.Relative));
        ids["workflow-cancelled"] = (await host.WaitAsync(cancelled, RunState.Cancelled)).Id;
    }

    private static async Task<string> WaitsAsync(WorkflowHost host)
    {
        var waits = await host.RegisterAsync("""
            [
              { "name": "first", "type": "wait", "signal": "go", "condition": "$.signal.n > $.input.n", "timeoutSeconds": 600 },
              { "name": "second", "type": "wait", "timeoutSeconds": 60, "onTimeout": "continue",
                "default": { "n": "$.input.n" } }
            ]
            """, name: "recorded_waits");
        var id = await host.StartRunAsync(waits, new { n = 1 });
        await host.WaitAsync(id, "first", StepState.Waiting);
        using var sent = await host.Http.PostAsync(
            new Uri($"/api/workflows/runs/{id}/signals/go", UriKind.Relative), new StringContent("""{ "n": 2 }"""));
        await host.WaitAsync(id, "second", StepState.Waiting);
        host.Time.Advance(TimeSpan.FromSeconds(61));
        return (await host.WaitAsync(id, RunState.Completed)).Id;
    }

    private static async Task DecisionsAsync(WorkflowHost host, Dictionary<string, string> ids)
    {
        var asks = await host.RegisterAsync("""
            [
              { "name": "first", "type": "approval", "timeoutSeconds": 600, "condition": "$.signal.by != $.input.by",
                "ask": { "email": "ada@example.org", "message": "$.input.why" } },
              { "name": "second", "type": "approval", "onReject": "continue" },
              { "name": "third", "type": "approval" }
            ]
            """, name: "recorded_approvals");
        var id = await host.StartRunAsync(asks, new { by = "Bob", why = "why" });
        foreach (var (step, approved) in ((string, bool)[])[("first", true), ("second", false), ("third", false)])
        {
            await host.WaitAsync(id, step, StepState.Waiting);
            using var decided = await host.Http.PostAsJsonAsync($"/api/workflows/runs/{id}/signals/{step}", new { approved, by = "Ada" });
        }

        ids["workflow-approvals"] = (await host.WaitAsync(id, RunState.Failed)).Id;
    }

    private static async Task UndoAsync(WorkflowHost host, Dictionary<string, string> ids)
    {
        const string steps = """
            [
              { "name": "pay", "type": "task", "task": "test.script", "args": { "text": "pay" },
                "undo": { "task": "test.script", "args": { "text": "$.steps.pay" } } },
              { "name": "pack", "type": "task", "task": "test.script", "args": { "text": "pack" }, "via": "activity",
                "undo": { "task": "test.script", "args": { "text": "bad" }, "via": "activity" } },
              { "name": "go", "type": "wait", "timeoutSeconds": 60 }
            ]
            """;
        host.Script.Run = (args, _) => args.Text == "bad" ? throw new TaskValidationException("no") : Task.FromResult<object?>(args.Text);
        var child = await host.RegisterAsync(steps, name: "recorded_undo");
        var parent = await host.RegisterAsync($$"""
            [
              { "name": "first", "type": "task", "task": "test.script", "args": { "text": "first" },
                "undo": { "task": "test.script", "args": { "text": "$.steps.first" } } },
              { "name": "both", "type": "parallel", "steps": [
                { "name": "nested", "type": "workflow", "workflow": "{{child}}" }, { "name": "stop", "type": "wait" }] }
            ]
            """, name: "recorded_undo_parent");

        var failed = await host.StartRunAsync(child);
        await host.WaitAsync(failed, "go", StepState.Waiting);
        await host.Tasks.SettledAsync();
        host.Time.Advance(TimeSpan.FromSeconds(61));
        ids["workflow-undone"] = (await host.WaitAsync(failed, RunState.Failed)).Id;

        var cancelled = await host.StartRunAsync(parent);
        await host.WaitAsync(cancelled, "nested", StepState.Running);
        var nested = (await host.FindAsync(cancelled)).Steps.Single(s => s.Name == "nested").WorkId!;
        await host.WaitAsync(nested, "go", StepState.Waiting);
        using var cancel = await host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{cancelled}?undo=true&reason=late", UriKind.Relative));
        ids["workflow-cancelled-undone"] = (await host.WaitAsync(cancelled, RunState.Cancelled)).Id;
        ids["workflow-child-undone"] = nested;
    }

    private static async Task CanvasesAsync(CanvasHost host, Dictionary<string, string> ids)
    {
        host.Script.Run = (args, _) => args.Label == "bad" ? throw new BusinessRuleException("no") : Task.FromResult<object?>(args.Value);
        ids["canvas-tree"] = await EndAsync("""
            { "type": "chain", "onSuccess": { "type": "task", "task": "test.json" }, "steps": [
              { "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 } },
              { "type": "chord", "tolerate": 1, "header": [
                { "type": "task", "task": "demo.add", "args": { "b": 3 } },
                { "type": "task", "task": "test.json", "args": { "label": "bad" }, "onError": { "type": "task", "task": "test.json" } },
                { "type": "task", "task": "demo.add", "args": { "b": 4 }, "via": "activity" }],
                "body": { "type": "task", "task": "test.json" } } ] }
            """);
        ids["canvas-failed"] = await EndAsync(
            """{ "type": "group", "members": [{ "type": "task", "task": "test.json", "args": { "label": "bad" } }, { "type": "task", "task": "demo.add", "args": { "a": 1, "b": 2 } }] }""");
        var slices = Compose.Group(
            [.. Enumerable.Range(0, CanvasInterpreter.SliceSize + 3)
                .Select(i => Compose.Task("demo.add", new { a = i, b = 1 }) with { Via = TaskVia.Activity })]);
        ids["canvas-slices"] = await EndAsync(CanvasJson.Write(slices).GetRawText());
        ids["canvas-slice"] = WorkId.OfChild(ids["canvas-slices"], $"/{CanvasInterpreter.SliceSize}");

        async Task<string> EndAsync(string canvas)
        {
            var id = await host.StartRunAsync(canvas);
            await host.EndAsync(id);
            return id;
        }
    }

    // A batch is rows alone; its members that outlive a message lock run in orchestrations.
    private static async Task<string> BatchAsync(TaskHost host)
    {
        host.Script.Run = (_, _) => Task.FromResult<object?>("done");
        var batches = host.Services.GetRequiredService<BatchClient>();
        var (batch, _) = await batches.OpenAsync(new BatchDefinition(), CancellationToken.None);
        var id = await host.Tasks.SendAsync("test.long", new { }, new SendOptions { Batch = batch.Id });
        await batches.CloseAsync(batch.Id, CancellationToken.None);
        await Eventually.EqualAsync("completed", async () => (await batches.FindAsync(batch.Id, CancellationToken.None))!.State);
        var instance = LongTask.BuildInstanceId(id, default);
        await Eventually.TrueAsync(async () => (await host.Durable.GetInstanceAsync(instance))!.IsCompleted);
        return instance;
    }

    private sealed class RecordFactAttribute : FactAttribute
    {
        public RecordFactAttribute()
        {
            if (Environment.GetEnvironmentVariable("SERVERLESS_RECORD_HISTORIES") is null)
                Skip = "Histories are recorded anew only when SERVERLESS_RECORD_HISTORIES is set.";
        }
    }
}
