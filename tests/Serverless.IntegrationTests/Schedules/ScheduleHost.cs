using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Http;
using Serverless.IntegrationTests.Tasks;
using Serverless.IntegrationTests.Workflows;
using Serverless.Schedules;
using Serverless.Schedules.Endpoints;
using Serverless.Schedules.Running;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Schedules;

/// <summary>A host with the app's tasks and schedules, on a clock that is turned, with an empty table of schedules at its start.</summary>
internal sealed class ScheduleHost(TaskHost host) : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private TaskCompletionSource? _hold;

    public TaskHost Tasks => host;

    public FakeTimeProvider Time => host.Time;

    public Scheduler Scheduler => host.Services.GetRequiredService<Scheduler>();

    public ScheduleStore Store => host.Services.GetRequiredService<ScheduleStore>();

    /// <param name="azurite">The storage.</param>
    /// <param name="withTimer">The timer looks at the schedules; else the test does.</param>
    /// <param name="folder">The host's data, to start it again on; its schedules are kept then.</param>
    /// <param name="time">The clock.</param>
    /// <param name="services">More services.</param>
    public static async Task<ScheduleHost> StartAsync(
        AzuriteFixture azurite, bool withTimer = false, string? folder = null, FakeTimeProvider? time = null,
        Action<IServiceCollection>? services = null)
    {
        if (time is null) await EmptyAsync(azurite);
        Type[] functions =
            [typeof(ScheduleFunctions), typeof(SchedulePut), .. WorkflowHost.Functions, .. withTimer
                ? [typeof(SchedulerTimer)] : Type.EmptyTypes];
        var settings = new Dictionary<string, string?> { ["Schedules:Ahead"] = withTimer ? "00:00:59" : "00:00:00" };
        return new ScheduleHost(
            await TaskHost.StartAsync(azurite, services, settings, folder, time ?? new FakeTimeProvider(Noon), functions));
    }

    /// <summary>Puts a schedule of the scripted task, every minute unless it says otherwise.</summary>
    public async Task<JsonObject> PutAsync(string name, object? members = null, HttpStatusCode expected = HttpStatusCode.Created)
    {
        var body = JsonSerializer.SerializeToNode(members ?? new { }, AppJson.Options)!.AsObject();
        if (body["interval"] is null) body.TryAdd("cron", "* * * * *");
        body.TryAdd("task", "test.script");
        return await SendAsync(HttpMethod.Put, $"schedules/{name}", body, expected);
    }

    /// <summary>Stores a schedule of the scripted task and tells nobody: the host's scheduler would look at it beside the test's.</summary>
    public Task StoreAsync(string name, string cron = "* * * * *") =>
        host.Services.GetRequiredService<ScheduleWriter>().PutAsync(
            name, _ => new ScheduleDefinition { Cron = cron, Task = "test.script" }, "local", Time.GetUtcNow(), CancellationToken.None);

    public Task<JsonObject> ShowAsync(string name) => SendAsync(HttpMethod.Get, $"schedules/{name}", null, HttpStatusCode.OK);

    public async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode? body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(
            method, new Uri($"/api/{path}", UriKind.Relative))
        { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await host.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Turns the clock, once nothing runs but what is held, and looks at the schedules.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        // A minute outruns the lock of a message: what still ran would run twice.
        if (_hold is not { Task.IsCompleted: false }) await host.SettledAsync();
        Time.Advance(time);
        await Scheduler.RunAsync(host.Durable, CancellationToken.None);
    }

    /// <summary>Holds the scripted tasks until it is set.</summary>
    public TaskCompletionSource HoldTasks()
    {
        var hold = _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Script.Run = async (_, context) =>
        {
            await hold.Task.WaitAsync(context.CancellationToken);
            return "done";
        };
        return hold;
    }

    /// <summary>The id of the run of a due time.</summary>
    public static string RunId(string name, double minutes) => ScheduleName.RunId(name, Noon.AddMinutes(minutes));

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private static async Task EmptyAsync(AzuriteFixture azurite)
    {
        var table = azurite.Tables.GetTableClient(ScheduleStore.TableName);
        await table.CreateIfNotExistsAsync();
        await foreach (var row in table.QueryAsync<TableEntity>()) await table.DeleteEntityAsync(row);
    }
}
