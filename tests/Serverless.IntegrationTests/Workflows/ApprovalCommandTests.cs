using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.IntegrationTests.Local.Remote;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

/// <summary><c>runs approve | reject</c> against a real host, and decisions that come two ways.</summary>
[Collection(WorkflowTests.Name)]
public sealed class ApprovalCommandTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Asks = """[{ "name": "ok", "type": "approval" }]""";

    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Approve_RunThatWaits_GoesOnWithTheDecision()
    {
        var id = await WaitingAsync(Asks);

        await SucceedAsync($"Approved: ok of {id}", "runs", "approve", id, "--by", "Ada", "--reason", "a \"good\" -- one");

        var result = (await _host.WaitAsync(id, RunState.Completed)).Steps[0].Result!.Value;
        Assert.Equal(
            (true, "Ada", "a \"good\" -- one"),
            (result.GetProperty("approved").GetBoolean(), result.GetProperty("by").GetString(), result.GetProperty("comment").GetString()));
        await RefuseAsync("waits for no decision", "runs", "approve", id);
        await RefuseAsync("waits for no decision any more: it is completed", "runs", "reject", id, "ok");
    }

    [Fact]
    public async Task Reject_RunThatWaits_FailsWithTheReason()
    {
        var id = await WaitingAsync(Asks);

        await SucceedAsync($"Rejected: ok of {id}", "runs", "reject", id, "ok", "--reason", "Too dear.");

        Assert.Equal("It was rejected: Too dear.", (await _host.WaitAsync(id, RunState.Failed)).Error!.Message);
    }

    [Fact]
    public async Task Approve_ChildThatWaits_IsFoundByItsParent()
    {
        var child = await _host.RegisterAsync(Asks);
        var parent = await _host.RegisterAsync($$"""[{ "name": "inner", "type": "workflow", "workflow": "{{child}}" }]""");
        var id = await _host.StartRunAsync(parent);
        await _host.WaitAsync(id, "inner", StepState.Running);
        var inner = (await _host.FindAsync(id)).Steps[0].WorkId!;
        await _host.WaitAsync(inner, "ok", StepState.Waiting);

        var answer = JsonNode.Parse(await SucceedAsync("\"waiting\"", "runs", "approve", id, "--json"))!;

        Assert.Equal(inner, answer["id"]!.GetValue<string>());
        await _host.WaitAsync(id, RunState.Completed);
    }

    [Fact]
    public async Task Approve_SeveralWait_WantsTheStep()
    {
        var name = await _host.RegisterAsync("""
            [{ "name": "both", "type": "parallel", "steps": [
              { "name": "one", "type": "approval" }, { "name": "two", "type": "approval" }, { "name": "go", "type": "wait" }] }]
            """);
        var id = await _host.StartRunAsync(name);
        await _host.WaitAsync(id, run => run.Steps.Count(s => s.Status == StepState.Waiting) == 3);

        await RefuseAsync($"Several steps wait for a decision: one of {id}, two of {id}.", "runs", "approve", id);
        await RefuseAsync("has no approval 'go'", "runs", "approve", id, "go");
        await RefuseAsync("has no approval '../x'", "runs", "approve", id, "../x");
        await RefuseAsync("There is no run 'none'", "runs", "approve", "none");
        await RefuseAsync("", "runs", "approve", "../../api");
        await RefuseAsync("", "runs", "approve", id, "one", "--reason");
        await SucceedAsync("Approved: one of", "runs", "approve", id, "one");
        await _host.WaitAsync(id, "one", StepState.Completed);
        await SucceedAsync("Approved: two of", "runs", "approve", id);
    }

    [Fact]
    public async Task Approve_ConditionIsNotMet_IsRefusedAndCanBeDoneAgain()
    {
        var id = await WaitingAsync("""[{ "name": "ok", "type": "approval", "condition": "$.signal.by != `null`" }]""");

        await RefuseAsync("Does not meet the condition", "runs", "approve", id);
        await SucceedAsync("Approved", "runs", "approve", id, "--by", "Ada");
        await _host.WaitAsync(id, RunState.Completed);
    }

    [Fact]
    public async Task Signal_AfterAnotherDecision_IsToldWhatCounts()
    {
        // Before the step waits, so that none of them has ended it.
        var name = await _host.RegisterAsync("""[{ "name": "go", "type": "wait" }, { "name": "ok", "type": "approval" }]""");
        var id = await _host.StartRunAsync(name);
        await _host.WaitAsync(id, "go", StepState.Waiting);

        Assert.Equal(HttpStatusCode.Accepted, (await SignalAsync(id, new { approved = false, by = "Ada" })).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await SignalAsync(id, new { approved = false, by = "Ada" })).Status);
        var (status, said) = await SignalAsync(id, new { approved = true, by = "Eve" });
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("rejected before by Ada", said, StringComparison.Ordinal);
        await RefuseAsync("rejected before by Ada", "runs", "approve", id, "ok");

        using var go = await _host.Http.PostAsJsonAsync($"/api/workflows/runs/{id}/signals/go", new { });
        Assert.Equal("It was rejected by Ada.", (await _host.WaitAsync(id, RunState.Failed)).Error!.Message);
    }

    private async Task<string> WaitingAsync(string steps)
    {
        var id = await _host.StartRunAsync(await _host.RegisterAsync(steps));
        await _host.WaitAsync(id, "ok", StepState.Waiting);
        return id;
    }

    private async Task<(HttpStatusCode Status, string Answer)> SignalAsync(string id, object payload)
    {
        using var answer = await _host.Http.PostAsJsonAsync($"/api/workflows/runs/{id}/signals/ok", payload);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> SucceedAsync(string said, params string[] arguments)
    {
        var result = await InProcess.RunAsync(_host.Http.BaseAddress!, arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result}");
        Assert.Contains(said, result.Output, StringComparison.Ordinal);
        return result.Output;
    }

    private async Task RefuseAsync(string said, params string[] arguments)
    {
        var result = await InProcess.RunAsync(_host.Http.BaseAddress!, arguments);
        Assert.True(result.ExitCode == 2, $"{string.Join(' ', arguments)}: {result}");
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
    }
}
