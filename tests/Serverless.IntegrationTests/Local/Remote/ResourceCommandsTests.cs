using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local.Remote;

/// <summary>The commands that are one request each, against a real host.</summary>
public sealed class ResourceCommandsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private HostProcess _host = null!;

    public async Task InitializeAsync() => _host = await HostProcess.StartAsync(_folder.Path);

    public Task DisposeAsync()
    {
        _host.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Schedules_PutShowPauseRunRemove()
    {
        var definition = """{"cron": "30 2 * * *", "timeZone": "Europe/Berlin", "task": "demo.add", "args": {"a": 1, "b": 2}}""";
        await SucceedAsync("Put: nightly", "schedules", "put", "nightly", definition);
        await SucceedAsync("nightly   30 2 * * *  Europe/Berlin  demo.add", "schedules", "list");
        await SucceedAsync("Paused: nightly", "schedules", "pause", "nightly");
        await SucceedAsync("Enabled    no", "schedules", "show", "nightly");
        await SucceedAsync("Paused     20", "schedules", "show", "nightly");
        await SucceedAsync("Resumed: nightly", "schedules", "resume", "nightly");
        await SucceedAsync("Started: schedule-nightly-", "schedules", "run", "nightly");
        await SucceedAsync("Removed: nightly", "schedules", "remove", "nightly");
        await SucceedAsync("There are none.", "schedules", "list");
        await RefuseAsync("There is no schedule 'nightly'", "schedules", "show", "nightly");
        await RefuseAsync("cron: Is no cron expression", "schedules", "put", "x", """{"cron": "x", "task": "demo.fail"}""");
        await RefuseAsync("DEFINITION must be JSON", "schedules", "put", "x", "{");
    }

    [Fact]
    public async Task Workflows_StartAndShowARun()
    {
        await SucceedAsync("number_tour", "workflows", "list");
        var definition = JsonDocument.Parse(await SucceedAsync("", "workflows", "show", "number_tour", "--json")).RootElement;
        await SucceedAsync(
            "number_tour", "workflows", "put", "number_tour", definition.GetProperty("definition").GetRawText(), "--dryRun");
        var started = await SucceedAsync(
            "Started: my-run", "workflows", "start", "number_tour", """{"input": {"a": 1, "b": 2}, "runId": "my-run"}""");
        Assert.Single(started.Trim().Split('\n'));

        await Eventually.TrueAsync(async () => Regex.IsMatch((await RunAsync("runs", "show", "my-run")).Output, "State +completed"));
        Assert.Matches(@"sum +task +completed +1 ", await SucceedAsync("", "runs", "show", "my-run"));
        await SucceedAsync("my-run", "runs", "list", "--state", "completed", "--workflow", "number_tour");
        await RefuseAsync("cannot be cancelled", "runs", "cancel", "my-run");
        await RefuseAsync("only one that failed or was cancelled", "runs", "rerun", "my-run");
    }

    [Fact]
    public async Task Mail_AndNotifications()
    {
        var job = """{"recipients": [{"to": "ada@example.org"}], "template": "message", "subject": "Hello"}""";
        var id = (await SucceedAsync("Started: mail-", "mail", "send", job)).Trim()["Started: ".Length..];
        await Eventually.TrueAsync(async () => (await RunAsync("mail", "show", id)).Output.Contains("Completed", StringComparison.Ordinal));
        await SucceedAsync(id, "mail", "list");
        await RefuseAsync("it cannot be cancelled", "mail", "cancel", id);

        var one = """{"channel": "email", "target": "ada@example.org", "payload": {"heading": "Done"}}""";
        var sent = JsonDocument.Parse(await SucceedAsync("", "notifications", "send", one, "--json")).RootElement.GetProperty("id")
            .GetString()!;
        await SucceedAsync(sent, "notifications", "list", "--top", "5");
        await SucceedAsync("ada@example.org", "notifications", "show", sent);
        await RefuseAsync("state:", "notifications", "list", "--state", "lost");
    }

    [Fact]
    public async Task Files_GoInAndOut()
    {
        var file = Path.Combine(_folder.Path, "people.json");
        await File.WriteAllTextAsync(file, "[]");
        await SucceedAsync("Stored: recipients/lists/people.json", "files", "put", file, "recipients/lists/people.json");
        await SucceedAsync("lists/people.json  2 bytes", "files", "list", "recipients", "--prefix", "lists/");
        await SucceedAsync("incoming", "files", "containers");
        var copy = Path.Combine(_folder.Path, "copy.json");
        await SucceedAsync(copy, "files", "get", "recipients/lists/people.json", copy);
        Assert.Equal("[]", await File.ReadAllTextAsync(copy));
        await SucceedAsync("Removed: recipients/lists/people.json", "files", "remove", "recipients/lists/people.json");
        await RefuseAsync("", "files", "get", "recipients/lists/people.json", copy);
        await RefuseAsync("must name a container and a path", "files", "remove", "recipients");
        await RefuseAsync("There is no file", "files", "put", "/no/such/file", "recipients/x");
    }

    [Fact]
    public async Task Reports_NoneYet()
    {
        await SucceedAsync("There are none.", "reports", "list");
        await RefuseAsync("2026-01-01 has no report", "reports", "get", "2026-01-01", "--out", Path.Combine(_folder.Path, "r.html"));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "r.html")));
    }

    private async Task<string> SucceedAsync(string said, params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result}");
        Assert.Contains(said, result.Output, StringComparison.Ordinal);
        return result.Output;
    }

    private async Task RefuseAsync(string said, params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 2, $"{string.Join(' ', arguments)}: {result}");
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => InProcess.RunAsync(_host.Http.BaseAddress!, arguments);
}
