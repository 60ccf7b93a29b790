using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Time.Testing;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class TaskMigrationTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Start = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Migration_TableOfTheFirstVersion_IsTakenOver()
    {
        var old = azurite.Tables.GetTableClient(TaskTableMigration.OldTable);
        var (generated, chosen) = (Guid.CreateVersion7(Start).ToString("N"), $"old-{Start.Ticks}");
        await old.CreateIfNotExistsAsync();
        foreach (var (id, i) in new[] { generated, chosen }.Select((id, i) => (id, i)))
            await old.AddEntityAsync(new TableEntity(TaskKey.BuildPartition(id), id)
            {
                ["Task"] = "test.script",
                ["Queue"] = "default",
                ["State"] = "Success",
                ["Enqueued"] = Start.AddSeconds(i),
                ["Ended"] = Start.AddSeconds(i),
                ["Forgotten"] = Start.AddDays(1),
            });

        await using var host = await TaskHost.StartAsync(azurite, time: new FakeTimeProvider(Start));
        await Eventually.TrueAsync(async () => !await azurite.Tables.QueryAsync(t => t.Name == TaskTableMigration.OldTable).AnyAsync());

        Assert.Equal(TaskState.Success, (await host.Store.FindAsync(generated))!.State);
        Assert.Equal(TaskState.Success, (await host.Store.FindAsync(chosen))!.State);
        var listed = await host.Http.GetFromJsonAsync<JsonElement>("api/tasks?since=2090-01-01");
        Assert.Equal(
            [chosen, generated], listed.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("id").GetString()));
    }
}
