using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class TagTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task List_ByTag_FindsThoseThatHaveIt()
    {
        var tag = $"t-{Guid.NewGuid():N}";
        await _host.SendAsync();
        var one = await _host.SendAsync(options: new SendOptions { Tags = [tag, "customer:7"] });
        var other = await _host.SendAsync(options: new SendOptions { Tags = ["customer:7", tag], TaskId = $"chosen-{tag}" });
        await _host.SendAsync(options: new SendOptions { Tags = [tag + "0"] });
        await _host.WaitAsync(one, TaskState.Success);
        await _host.WaitAsync(other, TaskState.Success);

        var page = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/tasks?tag={tag}");

        var found = page!["tasks"]!.AsArray();
        Assert.Equal(
            new[] { one, other }.Order(StringComparer.Ordinal),
            found.Select(t => t!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal([tag, "customer:7"], (await _host.Tasks.GetAsync(one))!.Tags!);
    }

    [Theory]
    [InlineData("""["a", "a"]""")]
    [InlineData("""["a b"]""")]
    [InlineData("""["a|b"]""")]
    [InlineData("""[""]""")]
    [InlineData("""["x\n"]""")]
    [InlineData("""["0123456789012345678901234567890123456789012345678901234567890123x"]""")]
    [InlineData("""["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]""")]
    public async Task Send_WrongTags_AreRefused(string tags)
    {
        using var content = new StringContent($$"""{ "tags": {{tags}} }""", System.Text.Encoding.UTF8, "application/json");
        using var response = await _host.Http.PostAsync(new Uri("/api/tasks/test.script", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().ContainsKey("tags"));
    }
}
