using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Serverless.IntegrationTests.Tasks;
using Serverless.Local.Commands;
using Serverless.Local.Screens;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Monitoring.Endpoints;
using Serverless.Monitoring.Recording;
using Serverless.Resilience;
using Serverless.TestSupport;
using Serverless.TestSupport.Monitoring;

namespace Serverless.IntegrationTests.Monitoring;

/// <summary>The command against a real host.</summary>
[Collection(TaskTests.Name)]
public sealed class MonitorCommandTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _time = new(Runs.Noon.AddMinutes(1));

    [Fact]
    public async Task Monitor_NoOption_ShowsHealthAndTasks()
    {
        await using var host = await StartAsync("CommandAll");

        var (code, output, errors) = await RunAsync(host);

        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith(
            "The app is healthy: storage healthy, queues healthy, dead_letters healthy, breakers healthy, timers healthy.\n" +
            "1 run is active on 1 instance.\n",
            output, StringComparison.Ordinal);
        Assert.Matches(@"hour +3 +1 +1 +1 +0 +50\.0 %", output);
        Assert.Matches(@"test\.a +1 +2 +1 +0 +1 +100\.0 % +2\.5 min", output);
    }

    [Fact]
    public async Task Monitor_SlowAndFailures_AreShownAsAsked()
    {
        await using var host = await StartAsync("CommandSlow");

        var (code, output, _) = await RunAsync(host, "--slow", "--failures", "2");

        Assert.Equal(0, code);
        Assert.Matches(@"running +test\.a +email +0 +2026-01-31 12:01:00Z +45\.0 s", output);
        Assert.Contains("2 of 3 runs failed since 2026-01-31 10:00:00Z.", output, StringComparison.Ordinal);
        Assert.Matches(@"test\.b +1 +1 +100\.0 % +Timeout 1", output);
        Assert.Matches(@"email +1 +0 +100\.0 % +Connection 1", output);
        Assert.Contains("No run takes that long.", (await RunAsync(host, "--slow", "60")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitor_Json_IsTheHostsAnswer()
    {
        await using var host = await StartAsync("CommandJson");

        var one = JsonNode.Parse((await RunAsync(host, "--task", "test.b", "--json")).Output)!;
        var two = JsonNode.Parse((await RunAsync(host, "--slow", "--health", "--json")).Output)!;

        Assert.Equal("test.b", Assert.Single(one.AsArray())!["task"]!.GetValue<string>());
        Assert.Equal(["health", "slow"], two.AsObject().Select(p => p.Key));
    }

    [Fact]
    public async Task Monitor_UnhealthyHost_IsToldByTheExitCode()
    {
        var admin = new Mock<IQueueAdmin>(MockBehavior.Strict);
        admin.Setup(a => a.CountAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("refused"));
        await using var host = await StartAsync("CommandBad", services => services.AddSingleton(admin.Object));

        var (code, output, _) = await RunAsync(host, "--health");

        Assert.Equal(1, code);
        Assert.Contains("queues: refused", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitor_BadNumbers_AreAllRefusedWithoutAHost()
    {
        var (code, _, errors) = await RunAsync("http://127.0.0.1:9", "--slow", "0", "--failures", "x", "--hours", "745");

        Assert.Equal(2, code);
        Assert.All(["--slow must", "--failures must", "--hours must"], fault => Assert.Contains(fault, errors, StringComparison.Ordinal));
    }

    private async Task<TaskHost> StartAsync(string name, Action<IServiceCollection>? services = null)
    {
        var tables = new MonitorTables(azurite, name, _time);
        var host = await TaskHost.StartAsync(
            azurite,
            collection =>
            {
                tables.Register(collection);
                services?.Invoke(collection);
            },
            time: _time,
            functions: [typeof(MonitorFunctions)]);
        var instance = host.Services.GetRequiredService<ExecutionRecorder>();
        instance.RecordEnd(Runs.Run("1", _time.GetUtcNow(), 1_500));
        instance.RecordEnd(Runs.Run("2", _time.GetUtcNow(), 300_000, ExecutionState.Retry, ErrorClass.Connection, lane: "email"));
        instance.RecordEnd(Runs.Run("3", _time.GetUtcNow(), 40, ExecutionState.Failure, ErrorClass.Timeout, "test.b"));
        instance.RecordStart("running", "test.a", "email", 0);
        _time.Advance(TimeSpan.FromSeconds(45));
        await instance.StoreAsync(default);
        return host;
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(TaskHost host, params string[] arguments) =>
        RunAsync(host.Http.BaseAddress!.ToString(), arguments);

    private async Task<(int Code, string Output, string Errors)> RunAsync(string url, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var code = await new Application(new PlainScreen(output, errors, _time), _time).RunAsync(
            ["monitor", .. arguments, "--url", url], default);
        return (code, output.ToString(), errors.ToString());
    }
}
