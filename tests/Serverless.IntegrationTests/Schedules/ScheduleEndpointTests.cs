using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Schedules;

[Collection(ScheduleTests.Name)]
public sealed class ScheduleEndpointTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Put_NewThenKnown_AnswersTheDefinitionAndTheNextFiveRuns()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);

        var made = await sut.PutAsync(
            "nightly",
            new { cron = "30 2 * * *", timeZone = "Europe/Berlin", overlap = "queue", jitterSeconds = 60, args = new { text = "ä" } });
        Assert.Equal(
            ["2026-02-01T02:30:00+01:00", "2026-02-02T02:30:00+01:00", "2026-02-03T02:30:00+01:00", "2026-02-04T02:30:00+01:00",
                "2026-02-05T02:30:00+01:00"],
            made["nextRuns"]!.AsArray().Select(r => (string?)r));

        // What is shown can be put again, and changes nothing.
        var again = await sut.SendAsync(HttpMethod.Put, "schedules/nightly", made["definition"]!.DeepClone(), HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(made["definition"], again["definition"]), again.ToJsonString());
        Assert.True(JsonNode.DeepEquals(again["definition"], (await sut.ShowAsync("nightly"))["definition"]));
        Assert.Equal("queue", (string?)again["definition"]!["overlap"]);
    }

    [Fact]
    public async Task Put_Interval_KeepsItsBeatWhenOtherThingsChange()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("beat", new { interval = "PT10M" });
        sut.Time.Advance(TimeSpan.FromMinutes(4));

        var changed = await sut.PutAsync("beat", new { interval = "PT10M", priority = 0, args = new { text = "x" } }, HttpStatusCode.OK);
        Assert.Equal("2026-01-31T12:10:00+00:00", (string?)changed["nextRuns"]![0]);
        changed = await sut.PutAsync("beat", new { interval = "PT5M" }, HttpStatusCode.OK);
        Assert.Equal("2026-01-31T12:09:00+00:00", (string?)changed["nextRuns"]![0]);
    }

    [Fact]
    public async Task List_InPages_IsInTheOrderOfNames()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        foreach (var name in new[] { "c", "a", "b" }) await sut.PutAsync(name);

        var first = await sut.SendAsync(HttpMethod.Get, "schedules?size=2", null, HttpStatusCode.OK);
        Assert.Equal(["a", "b"], first["schedules"]!.AsArray().Select(s => (string?)s!["name"]));
        var second = await sut.SendAsync(HttpMethod.Get, $"schedules?size=2&after={first["next"]}", null, HttpStatusCode.OK);
        Assert.Equal(["c"], second["schedules"]!.AsArray().Select(s => (string?)s!["name"]));
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task Delete_Known_IsGone()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.PutAsync("gone");
        await sut.SendAsync(HttpMethod.Delete, "schedules/gone", null, HttpStatusCode.NoContent);
        await sut.SendAsync(HttpMethod.Get, "schedules/gone", null, HttpStatusCode.NotFound);
        await sut.SendAsync(HttpMethod.Delete, "schedules/gone", null, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{}", "cron", "task")]
    [InlineData("""{"cron": "* * * * *", "interval": "PT1M", "task": "test.script"}""", "cron")]
    [InlineData("""{"cron": "61 * * * *", "task": "test.script"}""", "cron")]
    [InlineData("""{"cron": "hourly", "task": "test.script"}""", "cron")]
    [InlineData("""{"cron": "0 0 30 2 *", "task": "test.script"}""", "cron")]
    [InlineData("""{"cron": 5, "task": "test.script"}""", "cron")]
    [InlineData("""{"interval": "5 minutes", "task": "test.script"}""", "interval")]
    [InlineData("""{"interval": "PT0S", "task": "test.script"}""", "interval")]
    [InlineData("""{"interval": "P1M", "task": "test.script"}""", "interval")]
    [InlineData("""{"interval": "P9999D", "task": "test.script"}""", "interval")]
    [InlineData("""{"interval": "PT99999999999999999S", "task": "test.script"}""", "interval")]
    [InlineData("""{"cron": "* * * * *", "timeZone": "Mars/Olympus", "task": "test.script"}""", "timeZone")]
    [InlineData("""{"cron": "* * * * *", "timeZone": "W. Europe Standard Time", "task": "test.script"}""", "timeZone")]
    [InlineData("""{"cron": "* * * * *", "timeZone": "../etc/passwd", "task": "test.script"}""", "timeZone")]
    [InlineData("""{"cron": "* * * * *", "task": "no.such"}""", "task")]
    [InlineData("""{"cron": "* * * * *", "workflow": "no_such"}""", "workflow")]
    [InlineData("""{"cron": "* * * * *", "workflow": "../x"}""", "workflow")]
    [InlineData("""{"cron": "* * * * *", "workflow": "number_tour", "task": "test.script"}""", "task")]
    [InlineData("""{"cron": "* * * * *", "workflow": "number_tour", "args": {}, "queue": "default"}""", "args", "queue")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "input": 1}""", "input")]
    [InlineData("""{"cron": "* * * * *", "task": "demo.add", "args": {"a": "x", "b": 1}}""", "args")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "queue": "nowhere"}""", "queue")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "priority": 9}""", "priority")]
    [InlineData("""{"cron": "* * * * *", "task": "tenant_test.script"}""", "tenant")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "overlap": "replace"}""", "overlap")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "catchUp": true}""", "catchUp")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "jitterSeconds": 60}""", "jitterSeconds")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "jitterSeconds": -1}""", "jitterSeconds")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "enabled": "yes"}""", "enabled")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "from": "tomorrow"}""", "from")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "until": "2020-01-01T00:00:00Z"}""", "until")]
    [InlineData("""{"cron": "* * * * *", "task": "test.script", "until": "9999-12-31T23:59:59Z"}""", "until")]
    [InlineData("""{"corn": "* * * * *", "task": "test.script"}""", "corn", "cron")]
    [InlineData("""{"cron": "bad", "timeZone": "bad", "task": "bad", "overlap": "bad"}""", "cron", "overlap", "task", "timeZone")]
    public async Task Put_BadInput_NamesEveryFault(string body, params string[] members)
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        var problem = await sut.SendAsync(HttpMethod.Put, "schedules/bad", JsonNode.Parse(body), HttpStatusCode.BadRequest);
        Assert.Equal(members, problem["errors"]!.AsObject().Select(e => e.Key));
        await sut.SendAsync(HttpMethod.Get, "schedules/bad", null, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("-dash")]
    [InlineData("sp%20ace")]
    [InlineData("quote'or'1")]
    [InlineData("a0123456789012345678901234567890123456789012345678901234567890")]
    public async Task Requests_BadName_AreRefused(string name)
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        var problem = await sut.PutAsync(name, null, HttpStatusCode.BadRequest);
        Assert.Equal(["name"], problem["errors"]!.AsObject().Select(e => e.Key));
        await sut.SendAsync(HttpMethod.Get, $"schedules/{name}", null, HttpStatusCode.NotFound);
        await sut.SendAsync(HttpMethod.Delete, $"schedules/{name}", null, HttpStatusCode.NotFound);
        foreach (var action in new[] { "run", "pause", "resume" })
            await sut.SendAsync(HttpMethod.Post, $"schedules/{name}/{action}", null, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("TOO LARGE", HttpStatusCode.RequestEntityTooLarge)]
    public async Task Put_NoObject_SaysWhatToSend(string body, HttpStatusCode expected)
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        if (body == "TOO LARGE") body = new JsonObject { ["task"] = new string('x', 40_000) }.ToJsonString();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await sut.Tasks.Http.PutAsync(new Uri("/api/schedules/none", UriKind.Relative), content);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Put_ArgumentsOfTheLargestSize_AreKept()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        var text = new string('ä', 14_000);
        using var content = new StringContent(
            $$$"""{"cron":"* * * * *","task":"test.script","args":{"text":"{{{text}}}"}}""", Encoding.UTF8, "application/json");
        using var response = await sut.Tasks.Http.PutAsync(new Uri("/api/schedules/large", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(text, (string?)(await sut.ShowAsync("large"))["definition"]!["args"]!["text"]);
    }

    [Fact]
    public async Task List_BadSize_IsRefused()
    {
        await using var sut = await ScheduleHost.StartAsync(azurite);
        await sut.SendAsync(HttpMethod.Get, "schedules?size=0", null, HttpStatusCode.BadRequest);
        await sut.SendAsync(HttpMethod.Get, "schedules?size=x", null, HttpStatusCode.BadRequest);
    }
}
