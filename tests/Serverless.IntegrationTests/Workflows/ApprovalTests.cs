using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Serverless.IntegrationTests.Notifications;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed partial class ApprovalTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly TemporaryFolder _mail = new();
    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _mail.Dispose();
    }

    [Fact]
    public async Task Approve_ByTheLinkOfTheMail_GoesOnOnce()
    {
        var id = await StartRunAsync(
            Ask("""
                "email": "$.input.to", "subject": "Pay <b>it</b>?", "message": "$.input.why", "details": { "amount": "$.input.amount" }
                """), new { to = "ada@example.org", why = "<script>x</script>", amount = 100 });
        var (mail, path) = await LinkAsync();
        Assert.Equal(("ada@example.org", "Pay <b>it</b>?"), (mail.To.Mailboxes.Single().Address, mail.Subject));
        Assert.Contains("amount: 100", mail.HtmlBody, StringComparison.Ordinal);

        // As programs do that look through mail.
        using var shown = await _host.Http.GetAsync(path);
        using var head = await _host.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        var page = await shown.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.Contains("<form method=\"post\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal(StepState.Waiting, (await _host.FindAsync(id)).Steps[0].Status);

        Assert.Equal(HttpStatusCode.OK, (await DecideAsync(path, "approve", "Ada", "fine")).Status);

        var run = await _host.WaitAsync(id, RunState.Completed);
        var result = run.Steps[0].Result!.Value;
        Assert.Equal(
            (true, "Ada", "fine"),
            (result.GetProperty("approved").GetBoolean(), result.GetProperty("by").GetString(), result.GetProperty("comment").GetString()));
        var (status, after) = await DecideAsync(path, "reject", "Eve", "no");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("It was approved by Ada", after, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", await _host.Http.GetStringAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfThoseThatWait_LosesThemWhenTheyAreDecidedOrTheirRunsEnd()
    {
        var ask = Ask(
            """
            "email": "ada@example.org", "subject": "Pay it?", "message": "$.input.why", "details": { "amount": "$.input.amount" }
            """);
        var first = await StartRunAsync(ask, new { why = "because", amount = 100 });
        await _host.WaitAsync(first, "ok", StepState.Waiting);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await StartRunAsync(ask, new { why = "", amount = 1 });
        await _host.WaitAsync(second, "ok", StepState.Waiting);

        Assert.Equal([second, first], await ListAsync(first, second));
        var shown = (await ReadWaitingAsync()).Single(a => $"{a["runId"]}" == first);
        Assert.Equal(
            ("ok", "Pay it?", "because", "100"),
            ($"{shown["step"]}", $"{shown["subject"]}", $"{shown["message"]}", $"{shown["details"]!["amount"]}"));

        using var signal = await _host.Http.PostAsJsonAsync(
            $"api/workflows/runs/{first}/signals/{shown["signal"]}", new { approved = true, by = "Ada" });
        await _host.WaitAsync(first, RunState.Completed);
        Assert.Equal([second], await ListAsync(first, second));

        using var cancelled = await _host.Http.DeleteAsync($"api/workflows/runs/{second}");
        await _host.WaitAsync(second, RunState.Cancelled);
        await Eventually.TrueAsync(async () => (await ListAsync(first, second)).Count == 0);
    }

    [Fact]
    public async Task Decide_TwiceAtOnce_TheFirstCounts()
    {
        var id = await StartRunAsync(Ask(), new { });
        var (_, path) = await LinkAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => DecideAsync(path, i % 2 == 0 ? "approve" : "reject", $"p{i}", null)));

        var run = await _host.WaitAsync(id, r => r.Status is RunState.Completed or RunState.Failed);
        var won = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(run.Status == RunState.Completed, won.Page.Contains("It was approved", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", RunState.Failed)]
    [InlineData("\"onReject\": \"continue\",", RunState.Completed)]
    internal async Task Reject_FailsOrGoesOnAsItSays(string members, RunState expected)
    {
        var id = await StartRunAsync(Ask(members: members), new { });
        var (_, path) = await LinkAsync();

        await DecideAsync(path, "reject", "Ada", "Too dear.");

        var run = await _host.WaitAsync(id, expected);
        if (expected == RunState.Failed) Assert.Equal("It was rejected by Ada: Too dear.", run.Error!.Message);
        else Assert.False(run.Steps[0].Result!.Value.GetProperty("approved").GetBoolean());
    }

    [Fact]
    public async Task Decide_ConditionIsNotMet_IsRefusedAndCanBeDoneAgain()
    {
        var id = await StartRunAsync(Ask(members: "\"condition\": \"$.signal.by != $.input.requester\","), new { requester = "Ada" });
        var (_, path) = await LinkAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await DecideAsync(path, "approve", "Ada", null)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await DecideAsync(path, "maybe", "Bob", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await DecideAsync(path, "approve", "Bob", null)).Status);

        await _host.WaitAsync(id, RunState.Completed);
    }

    [Fact]
    public async Task Wait_TimeIsUp_FailsAndTheLinkIsTooLate()
    {
        var id = await StartRunAsync(Ask(members: "\"timeoutSeconds\": 60,"), new { });
        var (_, path) = await LinkAsync();
        await _host.WaitAsync(id, "ok", StepState.Waiting);
        await _host.Tasks.SettledAsync();

        _host.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(nameof(TimeoutException), (await _host.WaitAsync(id, RunState.Failed)).Error!.Type);
        var (status, page) = await DecideAsync(path, "approve", "Ada", null);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("It is too late", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_ChangedOrMadeUp_OpensNothing()
    {
        await StartRunAsync(Ask(), new { });
        var (_, path) = await LinkAsync();
        var token = path.Split('/')[^1];

        foreach (var other in (string[])
            [$"{token}x", token[1..], $"{token.Split('.')[0]}.AAAA", $".{token.Split('.')[1]}", "x", "%20", "a.b.c", new('a', 5_000)])
        {
            using var answer = await _host.Http.GetAsync($"/api/approvals/{other}");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await DecideAsync($"/api/approvals/{other}", "approve", "Eve", null)).Status);
        }
    }

    [Fact]
    public async Task Approve_HostStartsAnew_GoesOn()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        string id, path;
        await using (var host = await StartAsync(folder.Path, time))
        {
            id = await StartRunAsync(Ask(), new { }, host);
            (_, path) = await LinkAsync();
        }

        await using var next = await StartAsync(folder.Path, time);
        using var form = Form("approve", "Ada", null);
        Assert.Equal(HttpStatusCode.OK, (await next.Http.PostAsync(path, form)).StatusCode);

        await next.WaitAsync(id, RunState.Completed);
        Assert.Single(Directory.GetFiles(_mail.Path, "*.eml"));
    }

    [Fact]
    public async Task Ask_ByWebhook_SendsTheLink()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var id = await StartRunAsync(Ask("\"webhook\": \"$.input.url\", \"message\": \"why\""), new { url = receiver.Url });
        await Eventually.TrueAsync(() => receiver.Calls.Count > 0);

        var told = JsonNode.Parse(receiver.Calls[0].Body)!;
        var path = new Uri(told["url"]!.GetValue<string>()).AbsolutePath;
        await DecideAsync(path, "approve", "Ada", null);

        Assert.Equal(
            ("approval", id, "ok", "why"),
            (told["type"]!.GetValue<string>(), told["runId"]!.GetValue<string>(), told["step"]!.GetValue<string>(),
                told["message"]!.GetValue<string>()));
        await _host.WaitAsync(id, RunState.Completed);
    }

    [Fact]
    public async Task Signal_OfAnOperator_DecidesWithoutALink()
    {
        var id = await StartRunAsync("""[{ "name": "ok", "type": "approval" }]""", new { });
        await _host.WaitAsync(id, "ok", StepState.Waiting);
        using var wrong = await _host.Http.PostAsJsonAsync($"/api/workflows/runs/{id}/signals/ok", new { by = "Ada" });
        using var right = await _host.Http.PostAsJsonAsync($"/api/workflows/runs/{id}/signals/ok", new { approved = true });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Accepted), (wrong.StatusCode, right.StatusCode));
        await _host.WaitAsync(id, RunState.Completed);
    }

    [Fact]
    public async Task Ask_NobodyCanBe_FailsTheStep()
    {
        var run = await _host.WaitAsync(
            await StartRunAsync(Ask("\"email\": \"$.input.to\""), new { to = "no address" }), RunState.Failed);

        Assert.StartsWith("ask.email: ", run.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"ask\": {}", "ask")]
    [InlineData("\"ask\": \"ada@example.org\"", "ask")]
    [InlineData("\"ask\": { \"email\": \"a@example.org\", \"to\": \"b\" }", "ask.to")]
    [InlineData("\"ask\": { \"email\": \"$.steps.none\" }", "ask")]
    [InlineData("\"condition\": \"$.steps.before == $.signal.by\"", "condition")]
    [InlineData("\"condition\": \"$.input.a\"", "condition")]
    [InlineData("\"onReject\": \"later\"", "onReject")]
    [InlineData("\"default\": 1", "default")]
    [InlineData("\"signal\": \"other\"", "signal")]
    public async Task Put_WrongMember_IsNamed(string member, string place)
    {
        using var answer = await _host.PutAsync(
            $"w{Guid.NewGuid():N}"[..20],
            $$"""{ "steps": [{ "name": "before", "type": "wait" }, { "name": "ok", "type": "approval", {{member}} }] }""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsObject();
        Assert.Contains(errors, e => e.Key.Contains(place, StringComparison.Ordinal));
    }

    private static string Ask(string ask = "\"email\": \"ada@example.org\"", string members = "") =>
        $$"""[{ "name": "ok", "type": "approval", {{members}} "ask": { {{ask}} } }]""";

    private Task<WorkflowHost> StartAsync(string? folder = null, FakeTimeProvider? time = null) => WorkflowHost.StartAsync(
        azurite, folder: folder, time: time, settings: new Dictionary<string, string?>
        {
            ["Mail:Folder"] = _mail.Path,
            ["Smtp:From"] = "app@example.org",
            ["Notifications:SigningSecrets"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            ["Notifications:AllowPrivateAddresses"] = "true",
        });

    private async Task<string> StartRunAsync(string steps, object input, WorkflowHost? host = null)
    {
        host ??= _host;
        return await host.StartRunAsync(await host.RegisterAsync(steps), input);
    }

    private async Task<IReadOnlyList<JsonNode>> ReadWaitingAsync() =>
        [.. JsonNode.Parse(await _host.Http.GetStringAsync("api/approvals?size=100"))!["approvals"]!.AsArray().OfType<JsonNode>()];

    private async Task<IReadOnlyList<string>> ListAsync(params string[] runs) =>
        [.. (await ReadWaitingAsync()).Select(a => $"{a["runId"]}").Where(runs.Contains)];

    private async Task<(MimeMessage Mail, string Path)> LinkAsync()
    {
        string[] files = [];
        await Eventually.TrueAsync(() => (files = Directory.GetFiles(_mail.Path, "*.eml")).Length > 0);
        var mail = await MimeMessage.LoadAsync(files[0]);
        return (mail, Link().Match(mail.HtmlBody ?? "").Value);
    }

    private async Task<(HttpStatusCode Status, string Page)> DecideAsync(string path, string decision, string by, string? comment)
    {
        using var form = Form(decision, by, comment);
        using var answer = await _host.Http.PostAsync(path, form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static FormUrlEncodedContent Form(string decision, string by, string? comment) => new(
        [KeyValuePair.Create("decision", decision), KeyValuePair.Create("by", by), KeyValuePair.Create("comment", comment ?? "")]);

    [GeneratedRegex(@"/api/approvals/[A-Za-z0-9_\-.]+")]
    private static partial Regex Link();
}
