using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.IntegrationTests.Workflows;
using Serverless.Schedules;
using Serverless.Schedules.Endpoints;
using Serverless.Schedules.Running;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Schedules;

/// <summary>Schedules that definitions of workflows bring along.</summary>
[Collection(ScheduleTests.Name)]
public sealed class WorkflowScheduleTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Steps = "\"steps\": [{ \"name\": \"go\", \"type\": \"wait\" }]";

    private readonly string _name = $"w{Guid.NewGuid():N}"[..20];
    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(
        azurite, functions: [typeof(ScheduleFunctions), typeof(SchedulePut)]);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Put_WithASchedule_MakesChangesAndRemovesIt()
    {
        await PutAsync($$"""{ "schedule": { "cron": "0 3 * * *", "timeZone": "Europe/Berlin", "input": { "a": 1 } }, {{Steps}} }""");
        var made = (await FindAsync())!;
        await PutAsync($$"""{ "schedule": { "cron": "0 4 * * *" }, {{Steps}} }""");
        var changed = (await FindAsync())!;
        await PutAsync($$"""{ {{Steps}} }""");

        Assert.Equal(
            ("0 3 * * *", "Europe/Berlin", _name, 1),
            (made["definition"]!["cron"]!.GetValue<string>(), made["definition"]!["timeZone"]!.GetValue<string>(),
                made["definition"]!["workflow"]!.GetValue<string>(), made["definition"]!["input"]!["a"]!.GetValue<int>()));
        Assert.Equal("0 4 * * *", changed["definition"]!["cron"]!.GetValue<string>());
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Put_ScheduleWasPaused_StaysSoUnlessTheDefinitionSays()
    {
        var json = $$"""{ "schedule": { "cron": "0 3 * * *" }, {{Steps}} }""";
        await PutAsync(json);
        using var paused = await _host.Http.PostAsync(new Uri($"/api/schedules/workflow.{_name}/pause", UriKind.Relative), null);
        await PutAsync(json);
        Assert.False((await FindAsync())!["definition"]!["enabled"]!.GetValue<bool>());

        await PutAsync($$"""{ "schedule": { "cron": "0 3 * * *", "enabled": true }, {{Steps}} }""");

        Assert.True((await FindAsync())!["definition"]!["enabled"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Delete_Workflow_RemovesItsSchedule()
    {
        await PutAsync($$"""{ "schedule": { "cron": "0 3 * * *" }, {{Steps}} }""");

        using var answer = await _host.Http.DeleteAsync(new Uri($"/api/workflows/{_name}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Put_NameIsSomebodysSchedule_LeavesItAlone()
    {
        var schedule = $"workflow.{_name}";
        await _host.Services.GetRequiredService<ScheduleWriter>().PutAsync(
            schedule, _ => new ScheduleDefinition { Cron = "0 3 * * *", Task = "demo.add" }, "ada", ScheduleHost.Noon, default);

        await PutAsync($$"""{ {{Steps}} }""");
        using var refused = await _host.PutAsync(_name, $$"""{ "schedule": { "cron": "0 4 * * *" }, {{Steps}} }""");
        using var deleted = await _host.Http.DeleteAsync(new Uri($"/api/workflows/{_name}", UriKind.Relative));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NoContent), (refused.StatusCode, deleted.StatusCode));
        Assert.Contains("starts something else", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("demo.add", (await FindAsync())!["definition"]!["task"]!.GetValue<string>());
        await _host.Services.GetRequiredService<ScheduleStore>().DeleteAsync(schedule, default);
    }

    [Fact]
    public async Task Put_ScheduleUnderTheNameOfAWorkflow_MustStartIt()
    {
        using var refused = await _host.Http.PutAsync(
            new Uri($"/api/schedules/workflow.{_name}", UriKind.Relative),
            new StringContent("""{ "cron": "0 3 * * *", "task": "demo.add", "args": { "a": 1, "b": 2 } }"""));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("workflows' definitions", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_ManyAtOnce_ScheduleIsThatOfTheCurrentVersion()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(hour => PutAsync(
            $$"""{ "schedule": { "cron": "0 {{hour}} * * *" }, {{Steps}} }""")));

        using var answer = await _host.Http.GetAsync(new Uri($"/api/workflows/{_name}", UriKind.Relative));
        var current = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["definition"]!["schedule"]!["cron"]!.GetValue<string>();
        Assert.Equal(current, (await FindAsync())!["definition"]!["cron"]!.GetValue<string>());
    }

    [Fact]
    public async Task Put_DryRun_MakesNone()
    {
        using var answer = await _host.Http.PutAsync(
            new Uri($"/api/workflows/{_name}?dryRun=true", UriKind.Relative),
            new StringContent($$"""{ "schedule": { "cron": "0 3 * * *" }, {{Steps}} }"""));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(await FindAsync());
    }

    [Theory]
    [InlineData("""{ "cron": "0 3 * *" }""", "schedule.cron")]
    [InlineData("""{ }""", "schedule.cron")]
    [InlineData("""{ "cron": "0 3 * * *", "workflow": "other" }""", "schedule.workflow")]
    [InlineData("""{ "cron": "0 3 * * *", "task": "demo.add" }""", "schedule.task")]
    [InlineData("""{ "cron": "0 3 * * *", "timeZone": "Mars" }""", "schedule.timeZone")]
    [InlineData("""{ "cron": "0 3 * * *", "each": 1 }""", "schedule.each")]
    [InlineData("""{ "cron": "0 3 * * *", "input": { "n": "x" } }""", "schedule.input.n")]
    [InlineData("\"0 3 * * *\"", "schedule")]
    public async Task Put_WrongSchedule_IsNamedAndNothingIsRegistered(string schedule, string place)
    {
        using var answer = await _host.PutAsync(
            _name, $$"""{ "schedule": {{schedule}}, "inputSchema": { "properties": { "n": { "type": "number" } } }, {{Steps}} }""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsObject();
        Assert.Contains(place, errors.Select(e => e.Key));
        using var shown = await _host.Http.GetAsync(new Uri($"/api/workflows/{_name}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, shown.StatusCode);
    }

    private async Task PutAsync(string json)
    {
        using var answer = await _host.PutAsync(_name, json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode?> FindAsync()
    {
        using var answer = await _host.Http.GetAsync(new Uri($"/api/schedules/workflow.{_name}", UriKind.Relative));
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }
}
