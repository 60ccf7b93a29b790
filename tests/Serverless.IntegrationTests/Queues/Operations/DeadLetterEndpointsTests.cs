using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.DeadLetters.Operations;
using Serverless.IntegrationTests.Tasks;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Queues.Operations;

[Collection(TaskTests.Name)]
public sealed class DeadLetterEndpointsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private OperationHost _host = null!;

    public async Task InitializeAsync() => _host = await OperationHost.StartAsync(azurite);

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task List_Filters_TakeWhatTheyName()
    {
        var first = (await _host.FailAsync("1"))[0];
        _host.Tasks.Time.Advance(TimeSpan.FromHours(1));
        var border = Uri.EscapeDataString(_host.Tasks.Time.GetUtcNow().ToString("O"));
        var second = await _host.Tasks.SendAsync(new ScriptArgs("2"), task: "test.rescue");
        await _host.Tasks.DeadLetterAsync(second);

        Assert.Equal([first, second], await _host.DeadLettersAsync());
        Assert.Equal([first], await _host.DeadLettersAsync("task=test.script"));
        Assert.Equal([first, second], await _host.DeadLettersAsync("task=test.*"));
        Assert.Equal([second], await _host.DeadLettersAsync($"since={border}"));
        Assert.Equal([first], await _host.DeadLettersAsync($"before={border}"));
        Assert.Equal([first, second], await _host.DeadLettersAsync("reason=VALIDATION"));
        Assert.Empty(await _host.DeadLettersAsync("reason=Timeout"));
        Assert.Equal([second], await _host.DeadLettersAsync($"id={second}&id=other"));
    }

    [Fact]
    public async Task List_Pages_HaveAllOnceAndInOrder()
    {
        var ids = await _host.FailAsync("1", "2", "3");
        var low = await _host.Tasks.SendAsync(new ScriptArgs("low"), new() { Queue = "email" });
        await _host.Tasks.DeadLetterAsync(low, "email");
        var high = await _host.Tasks.SendAsync(new ScriptArgs("high"), new() { Queue = "email", Priority = 10 });
        await _host.Tasks.DeadLetterAsync(high, "email-high");

        Assert.Equal(ids, await PagesAsync("default"));
        Assert.Equal([low, high], await PagesAsync("email"));
    }

    [Fact]
    public async Task Show_ById_HasArgumentsReasonAndStack()
    {
        var id = (await _host.FailAsync("wrong"))[0];

        var shown = await _host.GetAsync($"queues/default/deadletters/{id}");

        Assert.Equal("wrong", shown.GetProperty("args").GetProperty("text").GetString());
        Assert.Equal(("Validation", "'wrong' is refused.", "test.script", 0),
            (shown.GetProperty("reason").GetString(), shown.GetProperty("description").GetString(), shown.GetProperty("task")
                .GetString(), shown.GetProperty("redrives").GetInt32()));
        Assert.Contains("TaskValidationException", shown.GetProperty("stack").GetString(), StringComparison.Ordinal);
        Assert.Equal(_host.Tasks.Time.GetUtcNow(), shown.GetProperty("deadLettered").GetDateTimeOffset());
    }

    [Fact]
    public async Task Purge_ByFilter_LeavesTheOthers()
    {
        var ids = await _host.FailAsync("1", "2", "3");

        Assert.Equal(new QueueOperationProgress("done", Deleted: 1), await _host.DeleteAsync($"queues/default/deadletters?id={ids[1]}"));

        Assert.Equal([ids[0], ids[2]], await _host.DeadLettersAsync());
        Assert.Equal(new QueueOperationProgress("done", Deleted: 2), await _host.DeleteAsync("queues/default/deadletters?all=true"));
        Assert.Empty(await _host.DeadLettersAsync());
    }

    [Theory]
    [InlineData(404, "There is no queue 'mail'. There are: default, email, data_processing", "queues/mail/deadletters")]
    [InlineData(404, "There is no queue 'mail'. There are: default, email, data_processing", "queues/mail/deadletters/1")]
    [InlineData(404, "There is no dead letter '1'", "queues/email/deadletters/1")]
    [InlineData(400, "\"since\":[\"Give an ISO 8601 time", "queues/email/deadletters?since=soon&size=0")]
    [InlineData(400, "\"size\":[\"Must be a whole number from 1 to 250.\"]", "queues/email/deadletters?since=soon&size=0")]
    [InlineData(400, "\"after\":[\"Must be what the page before had", "queues/email/deadletters?after=x")]
    public async Task Get_BadRequest_IsRefused(int status, string expected, string path)
    {
        using var response = await _host.Tasks.Http.GetAsync($"api/{path}");

        await ExpectAsync(status, expected, response);
    }

    [Theory]
    [InlineData(404, "There is no queue 'mail'.", "mail", "{\"all\":true}")]
    [InlineData(400, "\"all\":[\"Give ids, task, reason", "default", "{}")]
    [InlineData(400, "\"all\":[\"Give ids, task, reason", "default", "{\"all\":true,\"task\":\"a\"}")]
    [InlineData(400, "\"canary\":[\"Give 1 to 100.\"]", "default", "{\"canary\":0}")]
    [InlineData(400, "\"args\":[\"New arguments need one id", "default", "{\"reason\":\"Timeout\",\"args\":{}}")]
    [InlineData(400, "at $.a: it must be a number.", "default", "{\"task\":\"demo.add\",\"args\":{\"a\":\"x\",\"b\":1}}")]
    [InlineData(400, "at $.a", "default", "{\"task\":\"demo.add\",\"args\":{\"a\":\"x\",\"b\":1}}")]
    [InlineData(404, "There is no task 'demo.ad'. There are: demo.add", "default", "{\"task\":\"demo.ad\",\"args\":{}}")]
    [InlineData(404, "There is no dead letter 'x'", "default", "{\"ids\":[\"x\"]}")]
    [InlineData(400, "\"everything\":[\"There is no such option. Options: all, args, before, canary, group, ids, reason, since, task.\"]",
        "default", "{\"everything\":true}")]
    [InlineData(400, "The body cannot be read", "default", "[")]
    public async Task Requeue_BadRequest_IsRefused(int status, string expected, string queue, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _host.Tasks.Http.PostAsync($"api/queues/{queue}/deadletters/requeue", content);

        await ExpectAsync(status, expected, response);
    }

    [Fact]
    public async Task Requeue_BodyTooLarge_Answers413()
    {
        using var response = await _host.Tasks.Http.PostAsJsonAsync(
            "api/queues/default/deadletters/requeue", new { ids = new[] { new string('x', 300_000) } });

        await ExpectAsync(413, "larger than 262144 bytes", response);
    }

    [Theory]
    [InlineData("queues/default/deadletters")]
    [InlineData("queues/default/deadletters?all=true&task=a")]
    public async Task Purge_NothingOrTwoThingsMeant_IsRefused(string path)
    {
        using var response = await _host.Tasks.Http.DeleteAsync($"api/{path}");

        await ExpectAsync(400, "or all=true to delete all of them", response);
    }

    private async Task<IReadOnlyList<string>> PagesAsync(string queue)
    {
        var found = new List<string>();
        string? after = null;
        do
        {
            var page = await _host.GetAsync($"queues/{queue}/deadletters?size=1&after={after}");
            found.AddRange(page.GetProperty("deadLetters").EnumerateArray().Select(d => d.GetProperty("id").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);

        return found;
    }

    private static async Task ExpectAsync(int status, string expected, HttpResponseMessage response)
    {
        var content = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, content);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(
            expected, content.Replace("\\u0027", "'", StringComparison.Ordinal)
                .Replace("\\u0022", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
