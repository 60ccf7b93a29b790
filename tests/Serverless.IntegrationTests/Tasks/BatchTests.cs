using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.IntegrationTests.Local.Remote;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Endpoints;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class BatchTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly BrokenLanes _broken = new();
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite, services =>
        services.AddSingleton<IQueueSender>(p => new BrokenSender(p.GetRequiredService<ServiceBusClient>(), _broken)));

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Send_LinesOfWhichSomeAreWrong_AnswersEachInItsPlace()
    {
        var (status, answer) = await PostAsync(
            """
            {"task": "demo.add", "args": {"a": 2, "b": 3}}
            {"task": "demo.ad"}
            {"task": "demo.add", "args": {"a": "x", "b": 1}}

            {"task": "demo.add", "args": {"a": 1
            {"task": "demo.add", "args": {"a": 1, "b": 1}, "queue": "mail"}
            {"task": "test.script", "countdown": 3600, "queue": "email", "priority": 10}
            {"task": "tenant_test.script"}
            {"task": "demo.add", "args": {"a": 4, "b": 5}, "ignoreResult": true}
            """);

        Assert.Equal((HttpStatusCode.MultiStatus, 3, 5), (status, answer.Sent, answer.Refused));
        Assert.Equal([null, 404, 400, 400, 404, null, 400, null], answer.Tasks.Select(t => t.Problem?.Status));
        Assert.Equal("There is no task 'demo.ad'. There are: demo.add", answer.Tasks[1].Problem!.Detail![..47]);
        Assert.Equal(["args"], answer.Tasks[2].Problem!.Errors!.Keys);
        Assert.Equal(["tenant"], answer.Tasks[6].Problem!.Errors!.Keys);
        var done = await _host.WaitAsync(answer.Tasks[0].Id!, TaskState.Success);
        Assert.Equal(5, done.Result!.Value.GetDouble());
        Assert.Equal(_host.Time.GetUtcNow() + TimeSpan.FromHours(1), (await _host.Tasks.GetAsync(answer.Tasks[5].Id!))!.Due);
        Assert.Equal(1, (await _host.Queues.CountAsync("email-high")).Scheduled);
        Assert.Null(await _host.Tasks.GetAsync(answer.Tasks[7].Id!));
    }

    [Fact]
    public async Task Send_ArrayOfAThousand_RunsEachOnce()
    {
        var (status, answer) = await PostAsync(
            JsonSerializer.Serialize(Enumerable.Range(0, 1000).Select(i => new { task = "test.script", args = new { text = $"{i}" } })));

        Assert.Equal((HttpStatusCode.Accepted, 1000, 1000), (status, answer.Sent, answer.Tasks.Select(t => t.Id).Distinct().Count()));
        await _host.IdleAsync();
        Assert.Equal(
            Enumerable.Range(0, 1000), _host.Script.Runs.Select(r => int.Parse(r.Args.Text!, CultureInfo.InvariantCulture)).Order());
        Assert.Equal(answer.Tasks.Select(t => t.Id).Order(), _host.Script.Runs.Select(r => r.Id).Order());
    }

    [Fact]
    public async Task Send_SameIdInOneBody_IsOneTaskOrRefused()
    {
        var id = $"batch-{Guid.NewGuid():N}";
        var body =
            $$"""
            {"task": "test.script", "args": {"text": "1"}, "taskId": "{{id}}"}
            {"task": "test.script", "args": {"text": "1"}, "taskId": "{{id}}"}
            {"task": "test.script", "args": {"text": "2"}, "taskId": "{{id}}"}
            """;

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var (_, answer) = await PostAsync(body);
            Assert.Equal([id, id, null], answer.Tasks.Select(t => t.Id));
            Assert.Equal(409, answer.Tasks[2].Problem!.Status);
        }

        await _host.IdleAsync();
        Assert.Equal("1", Assert.Single(_host.Script.Runs).Args.Text);
    }

    [Fact]
    public async Task Send_OneLaneFailsInAWayOfItsOwn_TheOthersAreSentAndSaid()
    {
        (_broken.Lane, _broken.Fault) = ("email", new ObjectDisposedException("connection"));

        var (status, answer) = await PostAsync(
            """
            {"task": "test.script", "queue": "email"}
            {"task": "test.script", "args": {"text": "there"}}
            """);

        Assert.Equal((HttpStatusCode.MultiStatus, 1, 500), (status, answer.Sent, answer.Tasks[0].Problem!.Status));
        await _host.WaitAsync(answer.Tasks[1].Id!, TaskState.Success);
    }

    [Fact]
    public async Task Send_OneLaneIsAway_TheOthersAreSentAndItsTasksCanBeSentAgain()
    {
        var id = $"batch-{Guid.NewGuid():N}";
        var body =
            $$"""
            {"task": "test.script", "args": {"text": "there"}, "taskId": "{{id}}-1"}
            {"task": "test.script", "args": {"text": "away"}, "taskId": "{{id}}-2", "queue": "email"}
            """;
        _broken.Lane = "email";
        var (status, answer) = await PostAsync(body);
        Assert.Equal((HttpStatusCode.MultiStatus, 1, 503), (status, answer.Sent, answer.Tasks[1].Problem!.Status));
        await _host.WaitAsync($"{id}-1", TaskState.Success);

        _broken.Lane = null;
        (status, _) = await PostAsync(body);

        Assert.Equal(HttpStatusCode.Accepted, status);
        await _host.WaitAsync($"{id}-2", TaskState.Success);
        await _host.IdleAsync();
        Assert.Equal(["there", "away"], _host.Script.Runs.Select(r => r.Args.Text));
    }

    [Fact]
    public async Task Send_BatchOfTheClient_GivesFaultsAsExceptions()
    {
        var outcomes = await _host.Tasks.SendBatchAsync(
        [
            new TaskRequest("test.script", JsonSerializer.SerializeToElement(new { text = "1" })),
            new TaskRequest("nobody", JsonSerializer.SerializeToElement(new { })),
        ]);

        Assert.Null(outcomes[0].Fault);
        await _host.WaitAsync(outcomes[0].Id!, TaskState.Success);
        Assert.IsType<UnknownTaskException>(outcomes[1].Fault);
        Assert.Empty(await _host.Tasks.SendBatchAsync([]));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("[{\"task\": \"demo.add\"}", 400)]
    public async Task Send_NoTasks_IsRefusedAsAWhole(string body, int status)
    {
        using var response = await _host.Http.PostAsync("api/tasks", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Command_FileWithAWrongLine_SendsTheOthersAndNamesIt()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "tasks.jsonl");
        await File.WriteAllLinesAsync(
            file, Enumerable.Range(1, 2500).Select(i => i == 2001 ? "{\"task\": \"nobody\"}" : "{\"task\": \"test.script\"}"));

        var result = await InProcess.RunAsync(_host.Http.BaseAddress!, "tasks", "batch", file);

        Assert.Equal((1, "2,499 sent, 1 refused"), (result.ExitCode, result.Output.Trim()));
        Assert.StartsWith("Line 2001: There is no task 'nobody'.", result.Errors, StringComparison.Ordinal);
        await _host.IdleAsync();
        Assert.Equal(2499, _host.Script.Runs.Count);
    }

    [Fact]
    public async Task Command_Json_AnswersLineByLine()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "tasks.jsonl");
        await File.WriteAllTextAsync(file, "\n{\"task\": \"demo.add\", \"args\": {\"a\": 1, \"b\": 1}, \"taskId\": \"cli-batch\"}\n");

        var result = await InProcess.RunAsync(_host.Http.BaseAddress!, "tasks", "batch", file, "--json");

        Assert.Equal((0, "{\"line\":2,\"id\":\"cli-batch\"}"), (result.ExitCode, result.Output.Trim()));
        Assert.Equal(2, (await InProcess.RunAsync(_host.Http.BaseAddress!, "tasks", "batch", "no-such-file")).ExitCode);
    }

    private async Task<(HttpStatusCode Status, BatchAnswer Answer)> PostAsync(string body)
    {
        using var response = await _host.Http.PostAsync("api/tasks", new StringContent(body, Encoding.UTF8, "application/json"));
        var content = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, content);
        return (response.StatusCode, JsonSerializer.Deserialize<BatchAnswer>(content, AppJson.Options)!);
    }
}
