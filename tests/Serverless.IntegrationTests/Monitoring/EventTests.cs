using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Monitoring.Changes;
using Serverless.Monitoring.Endpoints;
using Serverless.Monitoring.Recording;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Monitoring;

[Collection(AzuriteTests.Name)]
public sealed class EventTests(AzuriteFixture azurite)
{
    private static int _tables;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 30, TimeSpan.Zero));

    [Fact]
    public async Task Read_FromACursor_GivesWhatSeveralInstancesChangedOnce()
    {
        var store = Store();
        using var first = Log(store);
        using var second = Log(store);
        first.Note("task", "before", "SUCCESS");
        await first.StoreAsync(default);
        var start = await store.ReadAsync(null, default);

        first.Note("task", "a", "STARTED");
        await first.StoreAsync(default);
        second.Note("run", "b", "running");
        await second.StoreAsync(default);
        var read = await ReadAsync(store, start);
        first.Note("task", "a", "SUCCESS");
        await first.StoreAsync(default);
        var next = await ReadAsync(store, read);
        var idle = await ReadAsync(store, next);

        Assert.Empty(start.Changes);
        Assert.Equal(["a STARTED", "b running"], Words(read).Order(StringComparer.Ordinal));
        Assert.Equal(["a SUCCESS"], Words(next));
        Assert.Equal((0, next.Next), (idle.Changes.Count, idle.Next));
    }

    [Fact]
    public async Task Read_InstanceWhoseClockIsBehind_IsNotMissed()
    {
        var (behind, table) = (new FakeTimeProvider(_time.GetUtcNow().AddSeconds(-50)), Table());
        var store = new ChangeStore(table, _time);
        using var ahead = Log(store);
        using var slow = new ChangeLog(AppInstance.Create(), new ChangeStore(table, behind), behind, NullLogger<ChangeLog>.Instance);
        var start = await store.ReadAsync(null, default);
        ahead.Note("task", "ahead");
        await ahead.StoreAsync(default);
        var read = await ReadAsync(store, start);

        slow.Note("task", "slow");
        await slow.StoreAsync(default);
        var late = await ReadAsync(store, read);

        Assert.Equal(["slow "], Words(late));
    }

    [Fact]
    public async Task Read_AfterHoursOfSilence_TheCursorStillHolds()
    {
        var store = Store();
        using var log = Log(store);
        var page = await store.ReadAsync(null, default);
        for (var i = 0; i < 30; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(4));
            page = await ReadAsync(store, page);
            Assert.False(page.IsReset);
        }

        log.Note("task", "a");
        await log.StoreAsync(default);

        Assert.Equal(["a "], Words(await ReadAsync(store, page)));
    }

    [Fact]
    public async Task Read_ReaderThatWasAway_IsTold()
    {
        var store = Store();
        var page = await store.ReadAsync(null, default);
        _time.Advance(ChangeStore.MaxAway + TimeSpan.FromMinutes(2));

        var late = await ReadAsync(store, page);

        Assert.True(late.IsReset);
        Assert.False((await ReadAsync(store, late)).IsReset);
    }

    [Fact]
    public async Task Purge_KeepsTheLastHour()
    {
        var table = Table();
        var store = new ChangeStore(table, _time);
        using var log = Log(store);
        log.Note("task", "a");
        await log.StoreAsync(default);
        _time.Advance(ChangeStore.Kept + TimeSpan.FromMinutes(2));
        log.Note("task", "b");
        await log.StoreAsync(default);

        await store.PurgeAsync(default);

        Assert.Single(await (await table.GetAsync()).QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task Stream_EndsBeforeTheLoadBalancerCutsItOff()
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        var stream = new EventStream(Store(), null, _time).ExecuteAsync(context);
        var started = _time.GetUtcNow();

        await Eventually.TrueAsync(() =>
        {
            if (!stream.IsCompleted) _time.Advance(TimeSpan.FromSeconds(1));
            return stream.IsCompleted;
        });

        await stream;
        Assert.InRange((_time.GetUtcNow() - started).TotalSeconds, 200, 229);
    }

    [Fact]
    public async Task Http_PageThenStream_TellWhatChanges()
    {
        await using var host = await TestHost.StartAsync(
            [typeof(EventFunctions)], settings: new() { ["AzureWebJobsStorage"] = azurite.ConnectionString },
            services: (services, configuration) => services.AddServerless(configuration));
        var log = host.Host.Services.GetRequiredService<ChangeLog>();
        var id = Guid.NewGuid().ToString("N");

        var begin = (await host.Http.GetFromJsonAsync<JsonObject>("api/events"))!;
        log.Note("task", id, "SUCCESS");
        JsonObject page = [];
        await Eventually.TrueAsync(async () => Ids(page = (await host.Http.GetFromJsonAsync<JsonObject>(
            $"api/events?after={begin["next"]}"))!).Contains(id));

        using var request = new HttpRequestMessage(HttpMethod.Get, "api/events");
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Last-Event-ID", begin["next"]!.GetValue<string>());
        using var answer = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Contains(id, Ids(await EventAsync(reader)));
        var later = Guid.NewGuid().ToString("N");
        log.Note("csv", later, "Running");
        while (!Ids(await EventAsync(reader)).Contains(later))
        {
            // Hosts of other tests use the same table.
        }
    }

    [Fact]
    public async Task Http_NothingChanged_Is304()
    {
        await using var host = await TestHost.StartAsync(
            [typeof(EventFunctions)], settings: new() { ["AzureWebJobsStorage"] = azurite.ConnectionString },
            services: (services, configuration) => services.AddServerless(configuration));

        HttpStatusCode? status = null;
        await Eventually.TrueAsync(async () =>
        {
            using var begin = await host.Http.GetAsync("api/events");
            var tag = begin.Headers.ETag!.ToString();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"api/events?after={tag.Trim('"')}");
            request.Headers.Add("If-None-Match", tag);
            using var again = await host.Http.SendAsync(request);
            return (status = again.StatusCode) == HttpStatusCode.NotModified;
        });

        Assert.Equal(HttpStatusCode.NotModified, status);
    }

    private static IEnumerable<string?> Ids(JsonObject page) => page["changes"]!.AsArray().Select(c => c!["id"]?.GetValue<string>());

    private static async Task<JsonObject> EventAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return JsonNode.Parse(line[6..])!.AsObject();
        }

        throw new EndOfStreamException("The stream ended.");
    }

    private static IEnumerable<string> Words(ChangePage page) => page.Changes.Select(c => $"{c.Id} {c.State}");

    private static async Task<ChangePage> ReadAsync(ChangeStore store, ChangePage after)
    {
        Assert.True(ChangeCursor.TryParse(after.Next, out var cursor));
        return await store.ReadAsync(cursor, default);
    }

    private ChangeLog Log(ChangeStore store) => new(AppInstance.Create(), store, _time, NullLogger<ChangeLog>.Instance);

    private ChangeStore Store() => new(Table(), _time);

    private LazyTable Table() => new(
        azurite.Tables, string.Create(CultureInfo.InvariantCulture, $"Changes{Interlocked.Increment(ref _tables)}"));
}
