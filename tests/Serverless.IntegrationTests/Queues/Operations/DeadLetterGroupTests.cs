using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.DeadLetters.Operations;
using Serverless.IntegrationTests.Tasks;
using Serverless.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues.Operations;

[Collection(TaskTests.Name)]
public sealed class DeadLetterGroupTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Groups = "queues/default/deadletters/groups";

    private OperationHost _host = null!;

    public async Task InitializeAsync() => _host = await OperationHost.StartAsync(azurite);

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Group_DifferInNumbersOnly_AreOneWithItsCounts()
    {
        var numbers = await _host.FailAsync("order 1", "order 22");
        var other = await _host.FailAsync("no number");
        _host.Tasks.Time.Advance(TimeSpan.FromHours(1));
        numbers = [.. numbers, .. await _host.FailAsync("order 333")];

        var page = await _host.GetAsync(Groups);

        var groups = page.GetProperty("groups");
        Assert.Equal((2, 4, false), (groups.GetArrayLength(), page.GetProperty("lookedAt").GetInt32(), page.TryGetProperty("next", out _)));
        var first = groups[0];
        Assert.Equal(
            ("test.script", "Validation", "'order …' is refused.", 3, numbers[^1]),
            (first.GetProperty("task").GetString(), first.GetProperty("reason").GetString(), first.GetProperty("message").GetString(),
                first.GetProperty("count").GetInt32(), first.GetProperty("lastId").GetString()));
        var noon = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            [(noon, 2), (noon.AddHours(1), 1)],
            first.GetProperty("hours").EnumerateArray()
                .Select(h => (h.GetProperty("at").GetDateTimeOffset(), h.GetProperty("count").GetInt32())));
        Assert.Equal((1, other[0]), (groups[1].GetProperty("count").GetInt32(), groups[1].GetProperty("lastId").GetString()));
        Assert.Equal(numbers, await _host.DeadLettersAsync($"group={KeyOf(first)}"));
        Assert.Empty((await _host.GetAsync($"{Groups}?task=other.*")).GetProperty("groups").EnumerateArray());
    }

    [Fact]
    public async Task Requeue_ByGroup_BringsBackThoseAlone()
    {
        var numbers = await _host.FailAsync("order 1", "order 22");
        var other = await _host.FailAsync("no number");
        var key = KeyOf((await _host.GetAsync(Groups)).GetProperty("groups")[0]);
        _host.Broken = _ => false;

        var progress = await _host.RequeueAsync(new JsonObject { ["group"] = key, ["canary"] = 1 });

        Assert.Equal(new QueueOperationProgress("done", Requeued: 2, Canaries: 1, Passed: 1), progress);
        foreach (var id in numbers) await _host.Tasks.WaitAsync(id, TaskState.Success);
        Assert.Equal(other, await _host.DeadLettersAsync());
    }

    [Fact]
    public async Task Purge_ByGroup_LeavesTheOthers()
    {
        await _host.FailAsync("order 1", "order 22");
        var other = await _host.FailAsync("no number");
        var key = KeyOf((await _host.GetAsync(Groups)).GetProperty("groups")[0]);

        Assert.Equal(
            new QueueOperationProgress("done", Deleted: 2), await _host.DeleteAsync($"queues/default/deadletters?group={key}"));

        Assert.Equal(other, await _host.DeadLettersAsync());
    }

    [Theory]
    [InlineData(Groups + "?after=x", "after")]
    [InlineData(Groups + "?since=soon", "since")]
    [InlineData("queues/default/deadletters?group=all", "group")]
    public async Task Get_BadRequest_NamesWhatIsWrong(string path, string member)
    {
        using var response = await _host.Tasks.Http.GetAsync($"api/{path}");

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{member}\":[", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string KeyOf(JsonElement group) => group.GetProperty("key").GetString()!;
}
