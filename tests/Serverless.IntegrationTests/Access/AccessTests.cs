using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Access;
using Serverless.IntegrationTests.Security;
using Serverless.Local.Queues;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Access;

/// <summary>Roles and the log of actions, on a real host with all functions.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();
    private TestHost _host = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _host = await TestHost.StartAsync(
            HttpFunction.Classes,
            hostJson: await File.ReadAllTextAsync(Path.Combine(Repository.Root, "host.json")),
            settings: new()
            {
                ["AzureWebJobsStorage"] = _azurite.ConnectionString,
                ["Access:Keys:viewer:Sha256"] = Hash("read-key"),
                ["Access:Keys:viewer:Role"] = "Read",
                ["Access:Keys:ann:Sha256"] = Hash("operate-key"),
            },
            services: (services, configuration) => services.AddServerless(configuration),
            queues: LocalQueues.ReadDefinitions());
        _http = new HttpClient { BaseAddress = new Uri(_host.Host.Address, "/api/") };
    }

    public async Task DisposeAsync()
    {
        _http?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task Actions_OfReadersAndOperators_AreAllowedByRoleAndNoted()
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get, "queues/media", "read-key"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(HttpMethod.Post, "queues/media/pause", "read-key"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(HttpMethod.Post, "queues/media/pause?code=read-key", "another-key"));
        Assert.False((await GetAsync("queues/media"))["paused"]!.GetValue<bool>());
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post, "queues/media/pause", "operate-key"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post, "queues/media/resume", null));
        Assert.Equal(
            HttpStatusCode.Accepted, await SendAsync(HttpMethod.Post, "tasks/demo.add", "operate-key", """{"args":{"a":1,"b":2}}"""));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(HttpMethod.Put, "files/media/customer-smith.txt", "operate-key", "text"));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(HttpMethod.Delete, "schedules/none", "operate-key"));

        var actions = (await GetAsync("actions"))["actions"]!.AsArray().Select(Line).ToList();
        Assert.Equal(
            [
                "ann ScheduleDelete none 404", "ann FilePut media 201", "local QueueResume media 200", "ann QueuePause media 200",
                "a key, viewer QueuePause media 403", "viewer QueuePause media 403",
            ],
            actions);

        var first = await GetAsync("actions?size=4");
        var second = await GetAsync($"actions?size=4&after={first["next"]}");
        Assert.Equal(actions, first["actions"]!.AsArray().Concat(second["actions"]!.AsArray()).Select(Line));

        var log = _host.Host.Services.GetRequiredService<ActionLog>();
        Assert.Equal(0, await log.DeleteOlderThanAsync(TimeProvider.System.GetUtcNow().AddDays(-1), default));
        Assert.Equal(6, await log.DeleteOlderThanAsync(TimeProvider.System.GetUtcNow().AddDays(1), default));
        Assert.Empty((await GetAsync("actions"))["actions"]!.AsArray());
    }

    [Fact]
    public async Task Access_IsToldWhoAsks()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "access");
        request.Headers.Add("x-functions-key", "read-key");
        request.Headers.Add("X-MS-CLIENT-PRINCIPAL-NAME", "forged@example.org");
        using var answer = await _http.SendAsync(request);

        Assert.Equal("""{"name":"viewer","role":"read"}""", await answer.Content.ReadAsStringAsync());
    }

    private static string Line(JsonNode? action) => $"{action!["by"]} {action["action"]} {action["target"]} {action["status"]}";

    private static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private async Task<JsonObject> GetAsync(string path) => (await _http.GetFromJsonAsync<JsonObject>(path))!;

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Add("x-functions-key", key);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }
}
