using System.Text.Json.Nodes;
using Serverless.IntegrationTests.Queues.Operations;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class TaskArgumentTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly SendOptions Later = new() { Countdown = TimeSpan.FromHours(1) };

    private OperationHost _host = null!;

    public async Task InitializeAsync() => _host = await OperationHost.StartAsync(azurite);

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Show_BeforeAndAfterItRan_HasTheArguments()
    {
        _host.Broken = _ => false;
        var id = await _host.Tasks.SendAsync(new ScriptArgs("hello"), Later);
        Assert.Equal("hello", await ReadTextAsync(id));

        _host.Tasks.Time.Advance(TimeSpan.FromHours(1));

        var ended = await _host.Tasks.WaitAsync(id, TaskState.Success);
        Assert.Equal(("hello", 0), (ended.Args!.Value.GetProperty("text").GetString(), ended.Attempt));
    }

    [Fact]
    public async Task Show_ChosenId_HasTheArguments()
    {
        var id = $"mine-{Guid.NewGuid():N}";
        await _host.Tasks.SendAsync(new ScriptArgs("hello"), Later with { TaskId = id });

        Assert.Equal("hello", await ReadTextAsync(id));
    }

    [Fact]
    public async Task List_ManyTasks_HasNoArguments()
    {
        await _host.Tasks.SendAsync(new ScriptArgs("hello"), Later);

        var listed = (await _host.GetAsync("tasks")).GetProperty("tasks")[0];

        Assert.False(listed.TryGetProperty("args", out _));
    }

    [Fact]
    public async Task Show_TextThatShrinks_IsKept()
    {
        var text = new string('x', 30_000);
        var id = await _host.Tasks.SendAsync(new ScriptArgs(text), Later);

        Assert.Equal(text, await ReadTextAsync(id));
    }

    [Fact]
    public async Task Show_NeitherSmallNorLarge_SaysThatTheMessageAloneHasThem()
    {
        var id = await _host.Tasks.SendAsync(new ScriptArgs(MakeNoise(20_000)), Later);

        var task = await _host.Tasks.Tasks.GetAsync(id);
        Assert.Equal((null, null, StoredArguments.Size), (task!.Args?.GetRawText(), task.ArgsBlob, task.ArgsMissing));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Show_LargeArguments_NamesTheirFile(bool isChosen)
    {
        var chosen = isChosen ? $"mine-{Guid.NewGuid():N}" : null;
        var id = await _host.Tasks.SendAsync(new ScriptArgs(MakeNoise(100_000)), Later with { TaskId = chosen });

        var task = await _host.GetAsync($"tasks/{id}");
        Assert.Equal($"results/tasks/{id}/args-0-0.json.gz", task.GetProperty("argsBlob").GetString());
        Assert.Equal($"/api/files/results/tasks/{id}/args-0-0.json.gz", task.GetProperty("argsUrl").GetString());
        Assert.False(task.TryGetProperty("argsMissing", out _));
    }

    [Fact]
    public async Task Show_HandlerKeepsNone_SaysSoWhateverBecomesOfIt()
    {
        _host.Broken = args => args.Text != "right";
        var id = await _host.Tasks.SendAsync(new ScriptArgs("secret"), task: "test.private");
        await _host.Tasks.DeadLetterAsync(id);
        await RequireNoneAsync(id, TaskState.Failure);

        await _host.RequeueAsync(new JsonObject { ["ids"] = new JsonArray(id), ["args"] = new JsonObject { ["text"] = "right" } });

        await RequireNoneAsync(id, TaskState.Success);
        var large = await _host.Tasks.SendAsync(new ScriptArgs(MakeNoise(100_000)), Later, "test.private");
        await RequireNoneAsync(large, TaskState.Pending);
    }

    [Fact]
    public async Task Show_SanitizedArguments_AreThoseOfTheLastAttempt()
    {
        _host.Broken = args => args.Text != "clean";
        _host.Tasks.Script.Sanitize = args => Task.FromResult<ScriptArgs?>(args with { Text = "clean" });
        var id = await _host.Tasks.SendAsync(new ScriptArgs("dirty"), task: "test.rescue");

        var ended = await _host.Tasks.WaitAsync(id, TaskState.Success);

        Assert.Equal("clean", ended.Args!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Show_RequeuedWithOthers_HasThese()
    {
        var id = (await _host.FailAsync("wrong"))[0];
        Assert.Equal("wrong", await ReadTextAsync(id));
        _host.Broken = args => args.Text == "wrong";

        await _host.RequeueAsync(new JsonObject { ["ids"] = new JsonArray(id), ["args"] = new JsonObject { ["text"] = "right" } });

        var ended = await _host.Tasks.WaitAsync(id, TaskState.Success);
        Assert.Equal("right", ended.Args!.Value.GetProperty("text").GetString());
    }

    private async Task RequireNoneAsync(string id, TaskState state)
    {
        var task = await _host.Tasks.WaitAsync(id, state);
        Assert.Equal((null, null, StoredArguments.Private), (task.Args?.GetRawText(), task.ArgsBlob, task.ArgsMissing));
    }

    private async Task<string?> ReadTextAsync(string id) =>
        (await _host.GetAsync($"tasks/{id}")).GetProperty("args").GetProperty("text").GetString();

    private static string MakeNoise(int length)
    {
        var random = new Random(7);
        return string.Create(length, random, (text, r) => { for (var i = 0; i < text.Length; i++) text[i] = (char)r.Next('0', '~'); });
    }
}
