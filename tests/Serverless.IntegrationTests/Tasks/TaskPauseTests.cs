using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class TaskPauseTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly string _tenant = $"tenant {Guid.NewGuid():N}";
    private readonly string _table = $"Pauses{Guid.NewGuid():N}";
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Pause_Task_PutsItOffWithoutSpendingAttempts()
    {
        Assert.Equal(HttpStatusCode.OK, await RequestAsync(_host, "tasks/test.script/pause"));
        var id = await _host.SendAsync(options: new SendOptions { MaxRetries = 0 });
        var other = await _host.SendAsync(task: "test.rescue");
        await _host.WaitAsync(other, TaskState.Success);

        Assert.Equal(TimeSpan.FromSeconds(10), Round(await _host.RetryAsync(id, 0)));
        await Eventually.TrueAsync(async () => (await _host.Tasks.GetAsync(id))!.Due > _host.Time.GetUtcNow());
        var held = (await _host.Tasks.GetAsync(id))!;
        Assert.Equal(HttpStatusCode.OK, await RequestAsync(_host, "tasks/test.script/resume"));
        await _host.RetryAsync(id, 0);

        await _host.WaitAsync(id, TaskState.Success);
        Assert.Equal(nameof(TaskPausedException), held.Error!.Type);
        Assert.Contains("'test.script' is paused", held.Error.Message, StringComparison.Ordinal);
        Assert.Equal([(other, 0), (id, 0)], _host.Script.Runs.Select(r => (r.Id, r.Attempt)));
    }

    [Fact]
    public async Task Pause_Tenant_HoldsBackItsTasksOnly()
    {
        Assert.Equal(HttpStatusCode.OK, await RequestAsync(_host, TenantPath("pause")));
        var id = await SendAsync(_tenant);
        var other = await SendAsync("another");
        await _host.WaitAsync(other, TaskState.Success);
        await Eventually.EqualAsync(TaskState.Retry, async () => (await _host.Tasks.GetAsync(id))!.State);
        var listed = await _host.Http.GetStringAsync(new Uri("/api/pauses", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, await RequestAsync(_host, TenantPath("resume")));
        await _host.RetryAsync(id, 0);

        await _host.WaitAsync(id, TaskState.Success);
        var pause = JsonNode.Parse(listed)!["pauses"]!.AsArray().Single(p => p!["name"]!.GetValue<string>() == _tenant)!;
        Assert.Equal(("tenant", "local"), (pause["kind"]!.GetValue<string>(), pause["by"]!.GetValue<string>()));

        Task<string> SendAsync(string tenant) =>
            _host.SendAsync(new ScriptArgs(Tenant: tenant), new SendOptions { Queue = "tenants" }, "tenant_test.script");
    }

    [Fact]
    public async Task Pause_HostStartsAnew_StillHolds()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(_host.Time.GetUtcNow());
        string id;
        await using (var host = await StartAsync(folder.Path, time))
        {
            await RequestAsync(host, "tasks/test.script/pause");
            id = await host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromMinutes(1) });
        }

        time.Advance(TimeSpan.FromMinutes(1));
        await using var next = await StartAsync(folder.Path, time);
        await next.WaitAsync(id, TaskState.Retry);

        Assert.Empty(next.Script.Runs);
        await RequestAsync(next, "tasks/test.script/resume");
        await next.RetryAsync(id, 0);
        await next.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Pause_TaskIsRevokedMeanwhile_EndsIt()
    {
        await RequestAsync(_host, "tasks/test.script/pause");
        var id = await _host.SendAsync();
        await _host.WaitAsync(id, TaskState.Retry);

        await _host.Tasks.RevokeAsync(id);
        await _host.SettledAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(3));

        await Eventually.TrueAsync(async () => (await _host.Tasks.GetAsync(id)) is { State: TaskState.Revoked, Ended: not null });
        Assert.Empty(_host.Script.Runs);
    }

    [Theory]
    [InlineData("tasks/no.such/pause")]
    [InlineData("tasks/no.such/resume")]
    [InlineData("tasks/test.rescue/resume")]
    [InlineData("tenants/nobody/resume")]
    public async Task Change_NothingToChange_Is404(string path) => Assert.Equal(HttpStatusCode.NotFound, await RequestAsync(_host, path));

    [Fact]
    public async Task Find_ListIsKnown_AsksForNothing()
    {
        var pauses = _host.Services.GetRequiredService<TaskPauses>();
        var message = new TaskMessage { Id = "a", Task = "demo.add", Enqueued = _host.Time.GetUtcNow() };
        await pauses.ListAsync(CancellationToken.None);

        var found = pauses.EnterAsync(message, "default", CancellationToken.None);

        Assert.True(found.IsCompletedSuccessfully);
        Assert.Null((await found).Pause);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(40, 10)]
    [InlineData(240, 60)]
    [InlineData(86_400, 120)]
    public void Delay_GrowsWithThePause(int age, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), new TaskPause(PauseKind.Task, "a", default).ComputeDelay(default(DateTimeOffset).AddSeconds(age)));

    // A table of its own: what is paused here, other tests run.
    private Task<TaskHost> StartAsync(string? folder = null, FakeTimeProvider? time = null) => TaskHost.StartAsync(
        azurite, services => services.AddKeyedSingleton(
            TaskPauses.TableName, (provider, _) => new LazyTable(provider.GetRequiredService<TableServiceClient>(), _table)),
        folder: folder, time: time);

    private static TimeSpan Round(TimeSpan delay) => TimeSpan.FromSeconds(Math.Round(delay.TotalSeconds));

    private string TenantPath(string verb) => $"tenants/{Uri.EscapeDataString(_tenant)}/{verb}";

    private static async Task<HttpStatusCode> RequestAsync(TaskHost host, string path)
    {
        using var response = await host.Http.PostAsync(new Uri($"/api/{path}", UriKind.Relative), null);
        return response.StatusCode;
    }
}
