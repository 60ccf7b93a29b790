using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Hosting;

public sealed class InvocationTests
{
    private readonly Gate _gate = new();

    private Task<TestHost> StartAsync(TimeProvider? time = null, string? hostJson = null, TimeSpan? drain = null) => TestHost.StartAsync(
        [typeof(InvocationFunctions)], hostJson: hostJson, time: time, drain: drain, services: (s, _) => s.AddSingleton(_gate));

    [Fact]
    public async Task Stop_RequestInFlight_WaitsForItsAnswer()
    {
        await using var host = await StartAsync();
        var answer = host.Http.GetStringAsync("/api/Wait");
        await _gate.Entered.Task;
        var stop = host.Host.StopAsync();
        Assert.False(stop.IsCompleted);
        _gate.Open.SetResult();
        Assert.Equal("done", await answer);
        await stop;
        Assert.False(_gate.WasCancelled);
    }

    [Fact]
    public async Task Stop_LongerThanTheDrain_CancelsTheFunctionFirst()
    {
        await using var host = await StartAsync(drain: TimeSpan.FromSeconds(2));
        var answer = host.Http.GetAsync("/api/Wait");
        await _gate.Entered.Task;
        await host.Host.StopAsync();
        Assert.True(_gate.WasCancelled);
        using var response = await answer;
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Fact]
    public async Task Stop_FunctionThatNeverEnds_StopsWithoutIt()
    {
        await using var host = await StartAsync(drain: TimeSpan.FromSeconds(1));
        var answer = host.Http.GetAsync("/api/IgnoreCancellation");
        await _gate.Entered.Task;
        await host.Host.StopAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
        Assert.Contains(host.Logs.Lines, l => l.Message.Contains("work unfinished", StringComparison.Ordinal));
        _gate.Open.SetResult();
    }

    [Fact]
    public async Task Get_CallerGoesAway_CancelsTheFunction()
    {
        await using var host = await StartAsync();
        using var caller = new CancellationTokenSource();
        var answer = host.Http.GetStringAsync("/api/Wait", caller.Token);
        await _gate.Entered.Task;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await Eventually.TrueAsync(() => _gate.WasCancelled);
        Assert.DoesNotContain(host.Logs.Lines, l => l.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData("Wait")]
    [InlineData("IgnoreCancellation")]
    public async Task Get_LongerThanFunctionTimeout_FailsAndSaysSo(string function)
    {
        var time = new FakeTimeProvider();
        await using var host = await StartAsync(time, """{ "functionTimeout": "00:05:00" }""");
        var answer = host.Http.GetAsync($"/api/{function}");
        await _gate.Entered.Task;
        time.Advance(TimeSpan.FromMinutes(6));
        using var response = await answer;
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var line = Assert.Single(host.Logs.Lines, l => l.Level == LogLevel.Error);
        Assert.Contains("ran longer than 00:05:00", Assert.IsType<TimeoutException>(line.Exception).Message, StringComparison.Ordinal);
        _gate.Open.TrySetResult();
    }

    [Fact]
    public async Task Stop_Twice_IsOneStop()
    {
        await using var host = await StartAsync();
        await Task.WhenAll(host.Host.StopAsync(), host.Host.StopAsync());
    }

    [Fact]
    public async Task Start_PortInUse_FailsAndGivesTheFolderBack()
    {
        await using var first = await StartAsync();
        using var folder = new TemporaryFolder();
        var options = new LocalHostOptions { DataDirectory = folder.Path, AppRoot = folder.Path, Port = first.Host.Address.Port };
        await Assert.ThrowsAnyAsync<IOException>(() => LocalFunctionsHost.StartAsync(options));
        await using var second = await LocalFunctionsHost.StartAsync(options with { Port = 0 });
        Assert.NotEqual(first.Host.Address.Port, second.Address.Port);
    }
}
