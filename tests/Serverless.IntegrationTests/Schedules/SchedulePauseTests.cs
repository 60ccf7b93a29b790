using System.Net;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring;
using Serverless.Schedules;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Schedules;

/// <summary>Paused schedules among all that is paused.</summary>
[Collection(ScheduleTests.Name)]
public sealed class SchedulePauseTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Pause_Schedule_IsListedWithWhoAndSinceWhenUntilItIsResumed()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        foreach (var name in new[] { "nightly", "hourly" }) await sut.PutAsync(name);
        sut.Time.Advance(TimeSpan.FromSeconds(5));

        var paused = await sut.SendAsync(HttpMethod.Post, "schedules/nightly/pause", null, HttpStatusCode.OK);
        sut.Time.Advance(TimeSpan.FromSeconds(5));
        await sut.PutAsync("nightly", new { enabled = false, priority = 0, args = new { text = "x" } }, HttpStatusCode.OK);

        Assert.Equal(("2026-01-31T12:00:05+00:00", "local"), ((string?)paused["paused"]!["since"], (string?)paused["paused"]!["by"]));
        var pause = Assert.Single(await ListAsync(sut));
        Assert.Equal(new PausedWork("schedule", "nightly", ScheduleHost.Noon.AddSeconds(5), "local"), pause);
        var listed = (await sut.SendAsync(HttpMethod.Get, "pauses", null, HttpStatusCode.OK))["pauses"]!.AsArray();
        Assert.Equal("nightly", (string?)Assert.Single(listed, p => (string?)p!["kind"] == "schedule")!["name"]);

        var resumed = await sut.SendAsync(HttpMethod.Post, "schedules/nightly/resume", null, HttpStatusCode.OK);
        Assert.Null(resumed["paused"]);
        Assert.Empty(await ListAsync(sut));
    }

    [Fact]
    public async Task Put_Disabled_IsListed()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);

        await sut.PutAsync("later", new { enabled = false });

        Assert.Equal(("later", "local"), Assert.Single(await ListAsync(sut)) is var pause ? (pause.Name, pause.By) : default);
    }

    [Fact]
    public async Task List_PausedBeforePausesWereNoted_IsListedSinceItsLastChange()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("old");
        await sut.SendAsync(HttpMethod.Post, "schedules/old/pause", null, HttpStatusCode.OK);
        var table = sut.Tasks.Services.GetRequiredService<TableServiceClient>().GetTableClient(ScheduleStore.TableName);
        var row = (await table.GetEntityAsync<TableEntity>(ScheduleRow.Partition, "old")).Value;
        row.Remove(nameof(ScheduleRow.PausedSince));
        row.Remove(nameof(ScheduleRow.PausedBy));
        await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        await table.AddEntityAsync(
            new TableEntity(ScheduleRow.Partition, "unreadable") { ["Definition"] = "{", ["State"] = "", ["Created"] = ScheduleHost.Noon });

        Assert.Equal(new PausedWork("schedule", "old", ScheduleHost.Noon), Assert.Single(await ListAsync(sut)));
    }

    private static async Task<IReadOnlyList<PausedWork>> ListAsync(ScheduleHost host) =>
        [.. (await host.Tasks.Services.GetRequiredService<PauseList>().ReadAsync(default)).Where(p => p.Kind == "schedule")];
}
