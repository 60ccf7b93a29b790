using System.Net;
using System.Text.Json;
using Microsoft.DurableTask.Client;
using Serverless.DeadLetters.Operations;
using Serverless.IntegrationTests.Queues.Operations;
using Serverless.IntegrationTests.Tasks;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local.Remote;

[Collection(TaskTests.Name)]
public sealed class QueueCommandsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private OperationHost _host = null!;

    public async Task InitializeAsync() => _host = await OperationHost.StartAsync(azurite);

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Queues_ListsQueuesOrLanes()
    {
        await _host.FailAsync("1", "2");
        await _host.Tasks.SendAsync(options: new SendOptions { Queue = "email", Priority = 10, Countdown = TimeSpan.FromHours(1) });

        var all = await RunAsync("queues");
        var lanes = await RunAsync("queues", "email");
        var json = await RunAsync("queues", "default", "--json");

        Assert.Matches(@"(?m)^Queue +Active +Scheduled +Dead +Runs/min, 15 min +Mean\b", all.Output);
        Assert.Matches(@"(?m)^Lane +Active +Scheduled +Dead +Runs/min, 15 min +Mean\b", lanes.Output);
        Assert.Matches(@"(?m)^default +0 +0 +2 +[\d.]+", all.Output);
        Assert.Matches(@"(?m)^email +0 +1 +0 +0$", all.Output);
        Assert.Matches(@"(?m)^email-high +0 +1 +0 +0$", lanes.Output);
        Assert.Equal(2, JsonDocument.Parse(json.Output).RootElement.GetProperty("deadLettered").GetInt32());
        Assert.Contains("email-high", (await RunAsync("queues", "peek", "email")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadLetters_ListShowRequeue_BringATaskBack()
    {
        var ids = await _host.FailAsync("wrong", "other");
        _host.Broken = args => args.Text == "wrong";

        var list = await RunAsync("deadletters", "list");
        Assert.Matches($@"(?m)^{ids[0]} +test\.script +default +Validation +'wrong' is refused\. ", list.Output);
        var shown = await RunAsync("deadletters", "show", "default", ids[0]);
        Assert.Contains("""{"text":"wrong"}""", shown.Output, StringComparison.Ordinal);
        Assert.Contains("TaskValidationException", shown.Output, StringComparison.Ordinal);
        var requeued = await RunAsync("deadletters", "requeue", "default", ids[0], "--args", """{"text": "right"}""");

        Assert.True(requeued.ExitCode == 0, requeued.ToString());
        Assert.Contains("1 requeued", requeued.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await _host.Tasks.WaitAsync(ids[0], TaskState.Success)).Redrives);
        var left = JsonDocument.Parse((await RunAsync("deadletters", "list", "default", "--task", "test.*", "--json")).Output).RootElement;
        Assert.Equal(ids[1], Assert.Single(left.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task DeadLettersGroups_ShowCausesAndNameTheGroupThatIsPurged()
    {
        await _host.FailAsync("order 1", "order 2", "card");

        var shown = await RunAsync("deadletters", "groups", "default");
        var json = JsonDocument.Parse((await RunAsync("deadletters", "groups", "default", "--json")).Output).RootElement;

        Assert.Equal([2, 1], json.EnumerateArray().Select(g => g.GetProperty("count").GetInt32()));
        var key = json[0].GetProperty("key").GetString()!;
        Assert.Matches($@"(?m)^{key} +2 +test\.script +Validation +'order ", shown.Output);
        Assert.Equal(2, JsonDocument.Parse((await RunAsync("deadletters", "list", "default", "--group", key, "--json")).Output)
            .RootElement.GetArrayLength());
        Assert.Contains("2 deleted", (await RunAsync("deadletters", "purge", "default", "--group", key)).Output, StringComparison.Ordinal);
        var left = JsonDocument.Parse((await RunAsync("deadletters", "groups", "default", "--json")).Output).RootElement;
        Assert.Equal(1, Assert.Single(left.EnumerateArray()).GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("list", "default")]
    [InlineData("list", null)]
    [InlineData("requeue", "default")]
    [InlineData("purge", "default")]
    public async Task DeadLetters_OfAGroupThatThereIsNot_FailsAndSaysWhereGroupsAreFound(string verb, string? queue)
    {
        await _host.FailAsync("order 1");
        string[] command = queue is null ? ["deadletters", verb] : ["deadletters", verb, queue];

        var refused = await RunAsync([.. command, "--group", "0123456789abcdef"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("are in the group 0123456789abcdef", refused.Errors, StringComparison.Ordinal);
        Assert.Contains($"deadletters groups {queue ?? "QUEUE"}", refused.Errors, StringComparison.Ordinal);
        Assert.Single(JsonDocument.Parse((await RunAsync("deadletters", "list", "default", "--json")).Output).RootElement.EnumerateArray());
    }

    [Fact]
    public async Task DeadLettersRequeue_CanaryFails_ExitsWith1AndSaysWhy()
    {
        await _host.FailAsync("1", "2");

        var command = RunAsync("deadletters", "requeue", "default", "--all", "--canary", "1");
        await Eventually.TrueAsync(() =>
        {
            _host.Tasks.Time.Advance(TimeSpan.FromMilliseconds(500));
            return command.IsCompleted;
        });

        var result = await command;
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("0 of 1 canaries passed, 1 requeued", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 1 canaries did not pass", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_DeadLettersAndMessages_SaysHowMany()
    {
        var ids = await _host.FailAsync("1", "2", "3");

        Assert.Contains("1 deleted", (await RunAsync("deadletters", "purge", "default", ids[1])).Output, StringComparison.Ordinal);
        Assert.Contains(
            "2 deleted", (await RunAsync("deadletters", "purge", "default", "--reason", "Validation")).Output, StringComparison.Ordinal);
        Assert.Contains("0 requeued", (await RunAsync("queues", "purge", "default")).Output, StringComparison.Ordinal);
        Assert.Equal("No such dead letters.", (await RunAsync("deadletters", "list")).Output.Trim());
        Assert.StartsWith("Started: queue-", (await RunAsync("queues", "purge", "default", "--no-wait")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no queue 'mail'. There are: default,", "queues", "mail")]
    [InlineData("There is no queue 'mail'. There are: default,", "deadletters", "list", "mail")]
    [InlineData("There is no dead letter 'x'", "deadletters", "show", "default", "x")]
    [InlineData("Give ids, --task, --reason", "deadletters", "purge", "default")]
    [InlineData("Give ids, --task, --reason", "deadletters", "requeue", "default", "x", "--all")]
    [InlineData("args: New arguments need one id", "deadletters", "requeue", "default", "--all", "--args", "{}")]
    [InlineData("--canary must be a whole number from 1 to 100, not '0'.", "deadletters", "requeue", "default", "--all", "--canary", "0")]
    [InlineData("'deadletters' needs one of: list, groups, show, requeue, purge.", "deadletters")]
    public async Task AnyCommand_CannotBeDone_ExitsWith2AndSaysWhy(string fault, params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(fault, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownQueue_IsOneSentenceAndVerboseShowsWhereItWasSaid()
    {
        var plain = await RunAsync("queues", "mail");
        var verbose = await RunAsync("queues", "mail", "--verbose");

        Assert.Equal((2, 2), (plain.ExitCode, verbose.ExitCode));
        Assert.StartsWith("There is no queue 'mail'.", Assert.Single(plain.Errors.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("   at Serverless.Local.", verbose.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadLettersRequeue_CancelledMeanwhile_ExitsWith1AndSaysSo()
    {
        await _host.FailAsync("1", "2");

        // The canaries are looked at when the clock is turned, which nobody does.
        var command = RunAsync("deadletters", "requeue", "default", "--all", "--canary", "1");
        string? id = null;
        await Eventually.TrueAsync(async () => (id = await FindOperationAsync()) is not null);
        using var cancelled = await _host.Tasks.Http.DeleteAsync($"api/queues/operations/{id}");
        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);

        var result = await command;
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("The operation was cancelled; what it had done stays done.", result.Errors.Trim());
    }

    private async Task<string?> FindOperationAsync()
    {
        var query = new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running]);
        var found = await _host.Tasks.Durable.GetAllInstancesAsync(query)
            .FirstOrDefaultAsync(i => i.Name == nameof(QueueOperationOrchestrator));
        return found?.InstanceId;
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => InProcess.RunAsync(_host.Tasks.Http.BaseAddress!, arguments);
}
