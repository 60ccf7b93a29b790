using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Tasks;
using Serverless.Monitoring;
using Serverless.Monitoring.Endpoints;
using Serverless.Monitoring.Recording;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Monitoring;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Monitoring;

/// <summary>Tasks run on a real host, and what its HTTP functions then say of them.</summary>
[Collection(TaskTests.Name)]
public sealed class MonitorEndpointTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _time = new(Runs.Noon);

    [Fact]
    public async Task Monitor_TasksThatRan_AreToldByTaskFailureAndExecution()
    {
        await using var host = await StartAsync("EndpointRan");
        host.Script.Run = (args, context) => args.Text == "fail" && context.Attempt == 0
            ? throw new HttpRequestException("down") : Task.FromResult<object?>(1);
        var good = await host.SendAsync();
        var bad = await host.SendAsync(new ScriptArgs("fail"));
        var lost = await host.SendAsync(new ScriptArgs("fail"), new SendOptions { MaxRetries = 0, IgnoreResult = true });
        await host.WaitAsync(good, TaskState.Success);
        await host.DeadLetterAsync(lost);
        await host.RetryAsync(bad, 1);
        await host.WaitAsync(bad, TaskState.Success);
        await StoreAsync(host);

        var task = Assert.Single((await GetAsync(host, "monitor/tasks?hours=1"))!.AsArray())!;
        var failures = await GetAsync(host, "monitor/failures?hours=1");
        var executions = (await GetAsync(host, "monitor/executions?size=2"))!.AsArray();
        var failed = Assert.Single(
            (await GetAsync(host, "monitor/executions?state=failure&error=connection&task=test.script"))!.AsArray())!;
        var system = (await GetAsync(host, "monitor/health?hours=2"))!["system"]!;

        Assert.Equal(
            ("test.script", 4, 2, 1, 1),
            (Text(task["task"]), Number(task["total"]), Number(task["succeeded"]), Number(task["failed"]), Number(task["retried"])));
        Assert.Equal((4, 2), (Number(failures!["runs"]), Number(failures["failures"])));
        Assert.Equal(("Connection", 2), (Text(failures["byError"]![0]!["error"]), Number(failures["byError"]![0]!["failures"])));
        Assert.Equal(bad, Text(executions[0]!["taskId"]));
        Assert.Equal(2, executions.Count);
        Assert.Equal(
            (lost, "FAILURE", "Connection", "default"),
            (Text(failed["taskId"]), Text(failed["state"]), Text(failed["error"]), Text(failed["lane"])));
        Assert.Equal((4, 2, 0), (Number(system["overall"]!["total"]), Number(system["lastHour"]!["succeeded"]), Number(system["active"])));
    }

    [Fact]
    public async Task Slow_RunOverTheThreshold_IsNamedUntilItEnds()
    {
        await using var host = await StartAsync("EndpointSlow");
        var release = new TaskCompletionSource();
        host.Script.Run = async (_, _) =>
        {
            await release.Task;
            return 1;
        };
        var id = await host.SendAsync();
        await Eventually.TrueAsync(() => host.Script.Runs.Any(r => r.Id == id));
        await StoreAsync(host);
        Assert.Empty((await GetAsync(host, "monitor/slow"))!.AsArray());

        // The instance speaks by itself, every few seconds.
        for (var i = 0; i < 8; i++) _time.Advance(ExecutionRecorder.Interval);
        JsonNode? slow = null;
        await Eventually.TrueAsync(
            async () => (slow = (await GetAsync(host, "monitor/slow?seconds=40"))!.AsArray().SingleOrDefault()) is not null);

        Assert.Equal((id, "test.script", "default"), (Text(slow!["id"]), Text(slow["task"]), Text(slow["lane"])));
        release.SetResult();
        await host.WaitAsync(id, TaskState.Success);
        await StoreAsync(host);
        Assert.Empty((await GetAsync(host, "monitor/slow?seconds=1"))!.AsArray());
    }

    [Fact]
    public async Task Dispose_RunsThatWereNotStoredYet_AreStoredThen()
    {
        var tables = new MonitorTables(azurite, "EndpointStop", _time);
        await using (var host = await TaskHost.StartAsync(azurite, tables.Register, time: _time))
        {
            for (var i = 0; i < 20; i++) await host.SendAsync();
            await host.IdleAsync();
        }

        Assert.Equal(20, Assert.Single(await tables.Monitor.ReadTasksAsync(1)).Succeeded);
        Assert.Equal(20, (await tables.Monitor.ListExecutionsAsync(new ExecutionQuery(Runs.Noon))).Count);
    }

    [Theory]
    [InlineData("monitor/health?hours=0", "hours")]
    [InlineData("monitor/tasks?hours=745", "hours")]
    [InlineData("monitor/slow?seconds=1e3", "seconds")]
    [InlineData("monitor/failures?hours=-1", "hours")]
    [InlineData("monitor/executions?hours=x&state=pending&error=9&size=1001", "hours,state,error,size")]
    public async Task Monitor_BadQuery_NamesEveryFault(string path, string faults)
    {
        await using var host = await StartAsync("EndpointBad");

        using var response = await host.Http.GetAsync(new Uri($"api/{path}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.Equal(faults.Split(',').Order(), problem!["errors"]!.AsObject().Select(e => e.Key).Order());
    }

    private Task<TaskHost> StartAsync(string name) =>
        TaskHost.StartAsync(azurite, new MonitorTables(azurite, name, _time).Register, time: _time, functions: [typeof(MonitorFunctions)]);

    private static Task StoreAsync(TaskHost host) => host.Services.GetRequiredService<ExecutionRecorder>().StoreAsync(default);

    private static async Task<JsonNode?> GetAsync(TaskHost host, string path) =>
        JsonNode.Parse(await host.Http.GetStringAsync(new Uri($"api/{path}", UriKind.Relative)));

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static long Number(JsonNode? node) => node!.GetValue<JsonElement>().GetInt64();
}
