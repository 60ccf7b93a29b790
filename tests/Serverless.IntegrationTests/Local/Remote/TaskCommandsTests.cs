using System.Text.Json;
using Serverless.IntegrationTests.Tasks;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local.Remote;

[Collection(TaskTests.Name)]
public sealed class TaskCommandsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Send_Wait_ShowsTheResult()
    {
        var result = await RunAsync("tasks", "send", "demo.add", """{"a": 2, "b": 3}""", "--wait");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches(@"State +SUCCESS", result.Output);
        Assert.Matches(@"Result +5\b", result.Output);
    }

    [Fact]
    public async Task Send_WaitForAFailure_ExitsWith1AndShowsTheError()
    {
        _host.Script.Run = (_, _) => throw new TaskValidationException("No such customer.");

        var result = await RunAsync("tasks", "send", "test.script", "--wait");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"State +FAILURE", result.Output);
        Assert.Matches(@"Error +Validation: No such customer\.", result.Output);
    }

    [Fact]
    public async Task Send_AllOptions_ReachTheTask()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, """{"text": "from a file"}""");
        try
        {
            var result = await RunAsync(
                "tasks", "send", "test.script", $"@{file}", "--id", "cli-options", "--queue", "email", "--priority", "7", "--max-retries",
                "0", "--result-ttl", "60", "--eta", "2026-01-31T13:00:00Z", "--json");

            Assert.Equal("cli-options", JsonDocument.Parse(result.Output).RootElement.GetProperty("id").GetString());
            var task = await _host.Tasks.GetAsync("cli-options");
            Assert.Equal(("email", new DateTimeOffset(2026, 1, 31, 13, 0, 0, TimeSpan.Zero)), (task!.Queue, task.Due));
            var message = Assert.Single(await _host.Queues.PeekAsync("email-high", deadLetters: false, 0, 10));
            Assert.True(TaskEnvelope.TryRead(message.Body, out var sent, out _));
            Assert.Equal(
                (7, 0, 60, "from a file"),
                (sent.Priority, sent.MaxRetries, sent.ResultTtlSeconds, sent.Args!.Value.GetProperty("text").GetString()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("There is no task 'demo.ad'. There are: demo.add, demo.fail, demo.sleep", "tasks", "send", "demo.ad")]
    [InlineData("There is no queue 'mail'.", "tasks", "send", "demo.add", "{\"a\":1,\"b\":1}", "--queue", "mail")]
    [InlineData("args: They do not fit the task 'demo.add', at $.a:", "tasks", "send", "demo.add", "{\"a\":\"x\",\"b\":1}", "--priority",
        "9")]
    [InlineData("priority: It is 9; the queue 'default' takes 0 to 0.", "tasks", "send", "demo.add", "{\"a\":\"x\",\"b\":1}", "--priority",
        "9")]
    [InlineData("ARGS must be JSON such as", "tasks", "send", "demo.add", "{a:1}")]
    [InlineData("ARGS cannot be read:", "tasks", "send", "demo.add", "@/no/such/file")]
    [InlineData("--eta must be a time such as", "tasks", "send", "demo.add", "{}", "--eta", "tomorrow")]
    [InlineData("--wait needs the state", "tasks", "send", "demo.add", "{}", "--wait", "--ignore-result")]
    [InlineData("There is no task 'nobody'", "tasks", "show", "nobody")]
    [InlineData("There is no task 'nobody'", "tasks", "revoke", "nobody")]
    [InlineData("The task id is refused", "tasks", "show", "a/b c")]
    [InlineData("--state must be one of PENDING, STARTED,", "tasks", "list", "--state", "DONE")]
    public async Task AnyCommand_CannotBeDone_ExitsWith2AndSaysWhy(string fault, params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(fault, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Filters_ShowTheNewestFirst()
    {
        var since = _host.Time.GetUtcNow().ToString("O");
        var first = await _host.SendAsync(task: "test.rescue");
        await _host.WaitAsync(first, TaskState.Success);
        _host.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await _host.SendAsync(task: "test.rescue");
        await _host.WaitAsync(second, TaskState.Success);

        var listed = await RunAsync("tasks", "list", "--task", "test.rescue", "--state", "SUCCESS", "--since", since, "--json");
        var table = await RunAsync("tasks", "list", "--task", "test.rescue", "--since", since);

        var ids = JsonDocument.Parse(listed.Output).RootElement.EnumerateArray().Select(t => t.GetProperty("id").GetString()).ToList();
        Assert.Equal([second, first], ids.Where(id => id == first || id == second));
        Assert.Contains(first, table.Output, StringComparison.Ordinal);
        Assert.Equal("No such tasks.", (await RunAsync("tasks", "list", "--task", "no.such")).Output.Trim());
    }

    [Fact]
    public async Task Revoke_Scheduled_NeverRuns()
    {
        var id = await _host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromHours(1) });

        var result = await RunAsync("tasks", "revoke", id);

        Assert.Equal((0, $"Revoked: {id}"), (result.ExitCode, result.Output.Trim()));
        Assert.Matches(@"State +REVOKED", (await RunAsync("tasks", "show", id)).Output);
        _host.Time.Advance(TimeSpan.FromHours(2));
        await _host.IdleAsync();
        Assert.DoesNotContain(_host.Script.Runs, r => r.Id == id);
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => InProcess.RunAsync(_host.Http.BaseAddress!, arguments);
}
