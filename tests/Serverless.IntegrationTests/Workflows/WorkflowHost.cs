using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Tasks;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;
using Serverless.Workflows.Approvals;
using Serverless.Workflows.Endpoints;
using Serverless.Workflows.Items;
using Serverless.Workflows.Run;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>
/// A real host with the app's tasks, queues and workflows, a clock that is turned, and scripted tasks beside the app's own.
/// </summary>
internal sealed class WorkflowHost(TaskHost host) : IAsyncDisposable
{
    public static readonly Type[] Functions =
    [
        typeof(WorkflowFunctions), typeof(RunFunctions), typeof(SignalFunctions), typeof(RerunFunctions),
        typeof(WorkflowRun), typeof(BeginRun), typeof(FinishRun),
        typeof(RecordSteps), typeof(SendTasks), typeof(LookUpTasks),
        typeof(RunTask), typeof(CancelPendingWork), typeof(EvaluateCondition), typeof(ResolveValue), typeof(PrepareOrchestration),
        typeof(StoreStepOutput),
        typeof(ItemMap), typeof(PlanItems), typeof(CommitItems), typeof(AskForApproval), typeof(ApprovalFunctions),
        typeof(ApprovalListFunctions),
    ];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public FakeTimeProvider Time => host.Time;

    public Script Script => host.Script;

    public HttpClient Http => host.Http;

    public TaskHost Tasks => host;

    public IServiceProvider Services => host.Services;

    public static async Task<WorkflowHost> StartAsync(
        AzuriteFixture azurite, Action<IServiceCollection>? services = null, string? folder = null, Type[]? functions = null,
        FakeTimeProvider? time = null, Dictionary<string, string?>? settings = null) =>
        new(await TaskHost.StartAsync(azurite, services, settings, folder, time, [.. Functions, .. functions ?? []]));

    /// <summary>Registers a workflow of these steps under a name of its own.</summary>
    /// <returns>The name.</returns>
    public async Task<string> RegisterAsync(string steps, string members = "", string? name = null)
    {
        name ??= $"w{Guid.NewGuid():N}"[..20];
        using var response = await PutAsync(name, $$"""{ {{members}} "steps": {{steps}} }""");
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return name;
    }

    public Task<HttpResponseMessage> PutAsync(string name, string json) =>
        Http.PutAsync(new Uri($"/api/workflows/{name}", UriKind.Relative), new StringContent(json));

    /// <summary>Starts a run.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartRunAsync(string name, object? input = null, string? runId = null)
    {
        using var response = await Http.PostAsJsonAsync($"/api/workflows/{name}/runs", new { input, runId });
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.Accepted, answer?.ToJsonString());
        return answer!["id"]!.GetValue<string>();
    }

    public async Task<RunView> FindAsync(string id) => (await Http.GetFromJsonAsync<RunView>($"/api/workflows/runs/{id}", Json))!;

    /// <summary>Waits until a run is in a state.</summary>
    public async Task<RunView> WaitAsync(string id, RunState state)
    {
        RunView? view = null;
        await Eventually.TrueAsync(async () =>
        {
            view = await FindAsync(id);
            if (view.Status != state && view.Status is RunState.Completed or RunState.Failed or RunState.Cancelled)
                Assert.Fail($"{view.Status}: {view.Error}");
            return view.Status == state;
        });
        return view!;
    }

    /// <summary>Waits until a step is in a state.</summary>
    public Task<RunView> WaitAsync(string id, string step, StepState state) =>
        WaitAsync(id, view => view.Steps.Single(s => s.Name == step).Status == state);

    /// <summary>Waits until a run is as it should be.</summary>
    public async Task<RunView> WaitAsync(string id, Func<RunView, bool> condition)
    {
        RunView? view = null;
        await Eventually.TrueAsync(async () => condition(view = await FindAsync(id)));
        return view!;
    }

    /// <summary>Runs a workflow to a state.</summary>
    public async Task<RunView> RunAsync(string name, object? input = null, RunState state = RunState.Completed) =>
        await WaitAsync(await StartRunAsync(name, input), state);

    /// <summary>The states of a run's steps, by name.</summary>
    public static Dictionary<string, StepState> StatesOf(RunView run) => run.Steps.ToDictionary(s => s.Name, s => s.Status);

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
