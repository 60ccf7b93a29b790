using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Serverless.IntegrationTests.Tasks;
using Serverless.Messaging;
using Serverless.Monitoring.Endpoints;
using Serverless.Monitoring.Health;
using Serverless.Monitoring.Recording;
using Serverless.Resilience;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.TestSupport.Monitoring;

namespace Serverless.IntegrationTests.Monitoring;

[Collection(TaskTests.Name)]
public sealed class HealthTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _time = new(Runs.Noon);

    [Fact]
    public async Task Health_EverythingAnswers_Is200AndHealthy()
    {
        await using var host = await StartAsync("HealthGood");

        var (status, body) = await GetAsync(host);

        Assert.Equal(HttpStatusCode.OK, status);
        var expected = JsonNode.Parse(
            """{"status":"healthy","checkedAt":"2026-01-31T12:00:00+00:00","checks":{"storage":"healthy","queues":"healthy","dead_letters":"healthy","breakers":"healthy","timers":"healthy"}}""");
        Assert.True(JsonNode.DeepEquals(expected, body), body.ToJsonString());
    }

    [Fact]
    public async Task Health_BrokerIsGone_Is503AndSaysNoMoreThanWhich()
    {
        var admin = new Mock<IQueueAdmin>(MockBehavior.Strict);
        admin.Setup(a => a.CountAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("sb://secret.example.org refused"));
        await using var host = await StartAsync("HealthGone", services => services.AddSingleton(admin.Object));

        var (status, body) = await GetAsync(host);
        var overview = await host.Http.GetFromJsonAsync<JsonObject>("api/monitor/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(
            ("unhealthy", "unhealthy", "degraded", "healthy"),
            (Text(body["status"]), Text(body["checks"]!["queues"]), Text(body["checks"]!["dead_letters"]), Text(
                body["checks"]!["storage"])));
        Assert.DoesNotContain("secret", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("sb://secret.example.org refused", overview!["checks"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_BrokerNeverAnswers_IsGivenUpInTimeForALoadBalancer()
    {
        var never = new TaskCompletionSource<QueueCounts>();
        var admin = new Mock<IQueueAdmin>(MockBehavior.Strict);
        // A client that does not listen to its cancellation.
        admin.Setup(a => a.CountAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(never.Task);
        await using var host = await StartAsync("HealthNever", services => services.AddSingleton(admin.Object));

        var asked = GetAsync(host);
        await Eventually.TrueAsync(() =>
        {
            _time.Advance(new HealthSettings().TimeLimit);
            return asked.IsCompleted;
        });

        var (status, body) = await asked;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("unhealthy", Text(body["checks"]!["queues"]));
        Assert.InRange(new HealthSettings().TimeLimit, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Health_DeadLettersOverTheThreshold_IsDegraded()
    {
        await using var host = await StartAsync("HealthDead", settings: new() { ["Health:MaxDeadLetters"] = "2" });
        host.Script.Run = (_, _) => throw new TaskValidationException("bad");
        for (var i = 0; i < 2; i++) await host.DeadLetterAsync(await host.SendAsync());
        Assert.Equal("healthy", Text((await GetAsync(host)).Body["status"]));
        await host.DeadLetterAsync(await host.SendAsync());

        // What was found is given again for a while; the timer looks anew.
        Assert.Equal("healthy", Text((await GetAsync(host)).Body["status"]));
        _time.Advance(TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(async () => Text((await GetAsync(host)).Body["status"]) == "degraded");

        var (status, body) = await GetAsync(host);
        Assert.Equal((HttpStatusCode.OK, "degraded"), (status, Text(body["checks"]!["dead_letters"])));
        var overview = await host.Http.GetFromJsonAsync<JsonObject>("api/monitor/health");
        Assert.Contains("More than 2 dead letters: default has 3.", overview!["checks"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Single(host.Logs.Lines, l => l.Message == "Health went from Healthy to Degraded");
    }

    [Fact]
    public async Task Health_OpenBreakerOfAnyInstance_IsDegradedUntilItMayClose()
    {
        var tables = new MonitorTables(azurite, "HealthBreaker", _time);
        await using var host = await StartAsync("HealthBreaker");
        var breakers = host.Services.GetRequiredService<CircuitBreakers>();
        for (var i = 0; i < 5; i++)
            await Assert.ThrowsAsync<HttpRequestException>(
                async () => await breakers.ExecuteAsync<int>("api.example.org", _ => throw new HttpRequestException("down"), default));
        await host.Services.GetRequiredService<ExecutionRecorder>().StoreAsync(default);

        Assert.Equal("degraded", Text((await GetAsync(host)).Body["checks"]!["breakers"]));
        Assert.Equal(["api.example.org"], (await tables.Monitor.ReadHealthAsync(1)).OpenBreakers);

        _time.Advance(TimeSpan.FromSeconds(61));
        await Eventually.TrueAsync(async () => Text((await GetAsync(host)).Body["checks"]!["breakers"]) == "healthy");
    }

    [Fact]
    public async Task Health_WrongSettings_StopTheStart()
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(
            () => StartAsync("HealthWrong", settings: new() { ["Health:MaxDeadLetters"] = "-1", ["Health:TimeLimit"] = "01:00:00" }));

        Assert.Contains(nameof(HealthSettings.MaxDeadLetters), fault.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(HealthSettings.TimeLimit), fault.ToString(), StringComparison.Ordinal);
    }

    private Task<TaskHost> StartAsync(
        string name, Action<IServiceCollection>? services = null, Dictionary<string, string?>? settings = null) => TaskHost.StartAsync(
        azurite,
        collection =>
        {
            new MonitorTables(azurite, name, _time).Register(collection);
            services?.Invoke(collection);
        },
        settings,
        time: _time,
        functions: [typeof(HealthFunctions), typeof(MonitorFunctions)]);

    private static async Task<(HttpStatusCode Status, JsonObject Body)> GetAsync(TaskHost host)
    {
        using var response = await host.Http.GetAsync(new Uri("api/health", UriKind.Relative));
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
