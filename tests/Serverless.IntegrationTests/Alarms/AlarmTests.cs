using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Alarms;
using Serverless.Alarms.Endpoints;
using Serverless.IntegrationTests.Tasks;
using Serverless.Notifications;
using Serverless.Schedules;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Alarms;

[Collection(TaskTests.Name)]
public sealed class AlarmTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private TaskHost _host = null!;

    // Tables of their own: what is put here, other tests do not look at.
    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(
        azurite,
        services =>
        {
            foreach (var table in (string[])[AlarmStore.TableName, NotificationStore.TableName, ScheduleStore.TableName])
            {
                var own = $"{table}{Guid.NewGuid():N}";
                services.AddKeyedSingleton(table, (p, _) => new LazyTable(p.GetRequiredService<TableServiceClient>(), own));
            }
        },
        functions: [typeof(AlarmFunctions)]);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task QueueAge_QueueThatNobodyTakesFrom_IsToldAndGoodAgain()
    {
        await PutAsync("aging", """{"when":"queueAge","queue":"email","after":"10m","emails":["ada@example.org"]}""");
        await _host.Queues.SetReceivingAsync("email", isOpen: false);
        var id = await _host.SendAsync(options: new SendOptions { Queue = "email" });

        await LookAsync(10 * Minute);
        Assert.Empty(await ListToldAsync());
        await LookAsync(Minute);
        await LookAsync(Minute);
        var raised = await ShowAsync("aging");
        await _host.Queues.SetReceivingAsync("email", isOpen: true);
        await _host.WaitAsync(id, TaskState.Success);
        await _host.SettledAsync();
        await LookAsync(Minute);

        Assert.True((bool)raised["isRaised"]!);
        Assert.Equal("email", (string?)raised["causes"]![0]!["name"]);
        Assert.False((bool)(await ShowAsync("aging"))["isRaised"]!);
        Assert.Equal(["Alarm: aging (email)", "Good again: aging (email)"], await ListToldAsync());
    }

    [Fact]
    public async Task ScheduleLate_ScheduleThatDidNotRun_IsToldOnce()
    {
        await PutScheduleAsync("nightly");
        await PutAsync("late", """{"when":"scheduleLate","schedule":"nightly","after":"5m","emails":["ada@example.org"]}""");
        await PutAsync("all", """{"when":"scheduleLate","after":"1h"}""");

        await LookAsync(4 * Minute);
        Assert.Empty(await ListToldAsync());
        await LookAsync(Minute);
        await LookAsync(Minute);

        Assert.Equal(["Alarm: late (nightly)"], await ListToldAsync());
    }

    [Fact]
    public async Task Look_WhatTheAlarmNamesIsGone_IsTold()
    {
        await PutScheduleAsync("brief");
        await PutAsync("late", """{"when":"scheduleLate","schedule":"brief","after":"5m","emails":["ada@example.org"]}""");
        await LookAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await ListToldAsync());

        await _host.Services.GetRequiredService<ScheduleStore>().UpdateAsync(
            "brief", s => s with { Definition = s.Definition with { Enabled = false }, State = new ScheduleState() }, default);
        await LookAsync(TimeSpan.FromDays(1));
        Assert.Empty(await ListToldAsync());

        await _host.Services.GetRequiredService<ScheduleStore>().DeleteAsync("brief", default);
        await LookAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["Alarm: late (brief)"], await ListToldAsync());

        var store = _host.Services.GetRequiredService<AlarmStore>();
        foreach (var (name, definition) in new (string, AlarmDefinition)[]
        {
            ("age", new() { When = AlarmKind.QueueAge, Queue = "mail", After = TimeSpan.FromMinutes(5), Emails = ["ada@example.org"] }),
            ("rate", new() { When = AlarmKind.FailureRate, Task = "demo.gone", Above = 0.1, Emails = ["ada@example.org"] }),
        })
        {
            var now = _host.Time.GetUtcNow();
            await store.ChangeAsync(
                name, _ => new Alarm(name, Guid.NewGuid().ToString("N"), definition, new AlarmState(), now, now), default);
        }

        await LookAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["Alarm: age (mail)", "Alarm: late (brief)", "Alarm: rate (demo.gone)"], await ListToldAsync());
    }

    [Fact]
    public async Task Put_WithAndWithoutItsVersion_ChangesOnlyThat()
    {
        const string definition = """{"when":"queueAge","after":"10m"}""", other = """{"when":"queueAge","after":"11m"}""";
        var (created, first) = await PutAsync("versions", definition);
        var (changed, second) = await PutAsync("versions", other, ifMatch: first);
        var (stale, _) = await PutAsync("versions", definition, ifMatch: first);
        var (exists, _) = await PutAsync("versions", definition, ifNoneMatch: "*");
        var (same, third) = await PutAsync("versions", other);
        var (missing, _) = await PutAsync("nobody", definition, ifMatch: "*");
        var (garbled, _) = await PutAsync("versions", definition, ifMatch: "no tag");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK), (created, changed, same));
        Assert.Equal(
            (HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed),
            (stale, exists, missing));
        Assert.Equal(HttpStatusCode.BadRequest, garbled);
        Assert.NotEqual(first, second);
        Assert.Equal(second, third);
        Assert.Equal(HttpStatusCode.PreconditionFailed, await DeleteAsync("versions", first));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync("versions", second));
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync("versions"));
    }

    [Fact]
    public async Task Put_AlarmThatIsRaised_KeepsItsVersionAndWhatWasTold()
    {
        await PutScheduleAsync("raised");
        var (_, version) = await PutAsync("raised", """{"when":"scheduleLate","after":"5m","emails":["ada@example.org"]}""");
        await LookAsync(6 * Minute);

        var (changed, _) = await PutAsync(
            "raised", """{"when":"scheduleLate","after":"4m","emails":["ada@example.org"]}""", ifMatch: version);
        await LookAsync(Minute);
        await PutAsync("raised", """{"when":"scheduleLate","after":"4m","enabled":false}""");
        await LookAsync(Minute);

        Assert.Equal(HttpStatusCode.OK, changed);
        Assert.Equal(["Alarm: raised (raised)"], await ListToldAsync());
        Assert.False((bool)(await ShowAsync("raised"))["isRaised"]!);
    }

    [Theory]
    [InlineData("ok", "", "")]
    [InlineData("ok", "[]", "")]
    [InlineData("ok", "{}", "")]
    [InlineData("ok", """{"when":"sometimes","after":"5m"}""", "when")]
    [InlineData("ok", """{"when":-1,"after":"5m"}""", "when")]
    [InlineData("ok", """{"when":0,"after":"5m"}""", "when")]
    [InlineData("ok", """{"when":"queueAge"}""", "after")]
    [InlineData("ok", """{"when":"queueAge","after":"soon"}""", "after")]
    [InlineData("ok", """{"when":"queueAge","after":"5s"}""", "after")]
    [InlineData("ok", """{"when":"queueAge","after":"8d"}""", "after")]
    [InlineData("ok", """{"when":"queueAge","after":"100000000d"}""", "after")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","queue":"none"}""", "queue")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","schedule":"a"}""", "schedule")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","above":0.5}""", "above")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","quiet":"1s"}""", "quiet")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","emails":["nobody"]}""", "emails")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","emails":[null]}""", "emails")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","webhooks":["https://example.org/hook"]}""", "webhooks")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","webhooks":[null]}""", "webhooks")]
    [InlineData("ok", """{"when":"queueAge","after":"5m","colour":"red"}""", "colour")]
    [InlineData("ok", """{"when":"scheduleLate","after":"5m","schedule":"none"}""", "schedule")]
    [InlineData("ok", """{"when":"scheduleLate","after":"5m","schedule":"../a"}""", "schedule")]
    [InlineData("ok", """{"when":"failureRate"}""", "above")]
    [InlineData("ok", """{"when":"failureRate","above":1}""", "above")]
    [InlineData("ok", """{"when":"failureRate","above":-0.1}""", "above")]
    [InlineData("ok", """{"when":"failureRate","above":0.1,"task":"no.such"}""", "task")]
    [InlineData("ok", """{"when":"failureRate","above":0.1,"task":"demo.add","queue":"email"}""", "task")]
    [InlineData("ok", """{"when":"failureRate","above":0.1,"times":1}""", "times")]
    [InlineData("ok", """{"when":"failureRate","above":0.1,"minRuns":0}""", "minRuns")]
    [InlineData("ok", """{"when":"failureRate","above":0.1,"within":"2h"}""", "within")]
    [InlineData("NO", """{"when":"queueAge","after":"5m"}""", "name")]
    public async Task Put_Nonsense_IsRefusedByMember(string name, string body, string member)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _host.Http.PutAsync(new Uri($"/api/alarms/{name}", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]?.AsObject().Select(e => e.Key) ?? [];
        Assert.Equal(member.Length == 0 ? [] : [member], errors);
    }

    [Fact]
    public async Task Put_TooManyReceivers_IsRefused()
    {
        var many = string.Join(',', Enumerable.Range(0, 11).Select(i => $"\"a{i}@example.org\""));

        var (status, _) = await PutAsync("many", $$"""{"when":"queueAge","after":"5m","emails":[{{many}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    // Due at the next minute, and never looked at, as there is no timer here.
    private async Task PutScheduleAsync(string name)
    {
        var now = _host.Time.GetUtcNow();
        var definition = new ScheduleDefinition { Cron = "0 * * * *", Task = "demo.add" };
        var state = new ScheduleState { Due = now };
        await _host.Services.GetRequiredService<ScheduleStore>().TrySaveAsync(
            new Schedule(name, definition, state, now.AddMinutes(-1), now.AddMinutes(-1)), default);
    }

    private async Task LookAsync(TimeSpan later)
    {
        _host.Time.Advance(later);
        await _host.Services.GetRequiredService<AlarmEvaluator>().RunAsync(default);
    }

    private async Task<IReadOnlyList<string>> ListToldAsync()
    {
        var (told, _) = await _host.Services.GetRequiredService<NotificationStore>().ListAsync(null, 1_000, null, default);
        return [.. told.Select(n => n.Payload.GetProperty("heading").GetString()!).Order(StringComparer.Ordinal)];
    }

    private async Task<JsonObject> ShowAsync(string name) => (await _host.Http.GetFromJsonAsync<JsonObject>($"/api/alarms/{name}"))!;

    private async Task<(HttpStatusCode Status, string? Version)> PutAsync(
        string name, string definition, string? ifMatch = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/api/alarms/{name}", UriKind.Relative))
        {
            Content = new StringContent(definition, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        using var response = await _host.Http.SendAsync(request);
        return (response.StatusCode, response.Headers.ETag?.Tag);
    }

    private async Task<HttpStatusCode> DeleteAsync(string name, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri($"/api/alarms/{name}", UriKind.Relative));
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await _host.Http.SendAsync(request);
        return response.StatusCode;
    }
}
