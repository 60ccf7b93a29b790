using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Csv.Planning;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Finding and forgetting tasks costs what there is to find, however many others there are.</summary>
public sealed class TaskMarkTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);

    private readonly AzuriteFixture _azurite = new();
    private TaskHost _host = null!;

    public async Task InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _host = await TaskHost.StartAsync(_azurite, time: new FakeTimeProvider(Start));
    }

    public async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task List_ByRareTag_IsOnePageHoweverManyOthersCameSince()
    {
        var rare = await _host.SendAsync(options: new SendOptions { Tags = ["rare"] });
        var chosen = await _host.SendAsync(options: new SendOptions { Tags = ["rare"], TaskId = "chosen-1" });
        _host.Time.Advance(TimeSpan.FromMinutes(30));
        await FillAsync(TaskIndex.MaxLookedAt + 1_000);

        var page = await _host.Http.GetFromJsonAsync<JsonObject>("/api/tasks?tag=rare");

        Assert.Equal(
            new[] { rare, chosen }.Order(StringComparer.Ordinal),
            page!["tasks"]!.AsArray().Select(t => t!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Null(page["next"]);
    }

    [Fact]
    public async Task List_ByStateAndName_FindsTheFewAmongMany()
    {
        _host.Script.Run = (args, _) => throw new BusinessRuleException("no");
        var failed = await _host.SendAsync();
        await _host.WaitAsync(failed, TaskState.Failure);
        _host.Time.Advance(TimeSpan.FromMinutes(30));
        await FillAsync(TaskIndex.MaxLookedAt + 1_000);

        foreach (var query in new[] { "state=FAILURE", "task=test.script", "state=FAILURE&task=test.script" })
        {
            var page = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/tasks?{query}");
            Assert.Equal([failed], page!["tasks"]!.AsArray().Select(t => t!["id"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Purge_WhatIsForgotten_LooksAtNoOthers()
    {
        foreach (var id in new[] { null, "chosen-1", "chosen-2" })
            await _host.WaitAsync(await _host.SendAsync(options: new SendOptions { TaskId = id, Tags = ["rare"] }), TaskState.Success);
        await _host.SettledAsync();
        await FillAsync(2_000);
        var requests = new CountedRequests(_azurite.ConnectionString);
        var services = new ServiceCollection();
        requests.Register(services);
        await using var counted = services.BuildServiceProvider();
        var purge = new TaskPurge(
            new LazyTable(counted.GetRequiredService<TableServiceClient>(), TaskRows.TableName),
            _host.Services.GetRequiredService<TaskBlobs>(), _host.Time);

        _host.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(3, await purge.RunAsync(default));

        // A look at the marks of each partition, and a few for each task.
        Assert.InRange(requests.Tables, 8, 8 + (3 * 10));
        Assert.Equal(0, await purge.RunAsync(default));
        Assert.Null(await _host.Store.FindAsync("chosen-1"));

        // In the end nothing is left, marks neither.
        _host.Time.Advance(TimeSpan.FromDays(40));
        Assert.Equal(2_000, await purge.RunAsync(default));
        _host.Time.Advance(TimeSpan.FromDays(2));
        await purge.RunAsync(default);
        var table = await _host.Services.GetRequiredKeyedService<LazyTable>(TaskRows.TableName).GetAsync();
        Assert.Empty(await table.QueryAsync<TableEntity>().Where(row => row.PartitionKey != "~form"
            && !row.RowKey.StartsWith("~~o", StringComparison.Ordinal)).Select(row => row.RowKey).ToListAsync());
        Assert.Empty(await _host.Services.GetRequiredService<WaitingTasks>().ListUnendedAsync(
            _host.Time.GetUtcNow(), default).ToListAsync());
        Assert.Empty(await table.QueryAsync<TableEntity>().Where(row => row.PartitionKey != "~form").ToListAsync());
    }

    // As senders write them, without the broker: they wait.
    private async Task FillAsync(int count)
    {
        var table = await _host.Services.GetRequiredKeyedService<LazyTable>(TaskRows.TableName).GetAsync();
        var now = _host.Time.GetUtcNow();
        var changes = Enumerable.Range(0, count).Select(i =>
        {
            var change = TaskRows.Change(Guid.CreateVersion7(now.AddMilliseconds(i)).ToString("N"));
            (change[TaskRows.Task], change[TaskRows.Queue], change[TaskRows.Enqueued]) = ("other", "default", now);
            (change[TaskRows.Tags], change[TaskRows.Forgotten]) = ("common", now.AddDays(30));
            return change;
        });
        foreach (var partition in changes.GroupBy(c => c.PartitionKey))
        {
            foreach (var chunk in partition.Chunk(50))
            {
                await table.SubmitTransactionAsync(
                    [.. chunk.Select(c => new TableTransactionAction(TableTransactionActionType.UpsertMerge, c)),
                        .. TaskMarks.ToActions(partition.Key, chunk.SelectMany(TaskMarks.Of))]);
            }
        }
    }
}
