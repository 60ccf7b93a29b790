using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.CsvJobs.Store;
using Serverless.Email.Jobs.Store;
using Serverless.IntegrationTests.Tasks;
using Serverless.Monitoring;
using Serverless.Monitoring.Recording;
using Serverless.Monitoring.Store;
using Serverless.Reports;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Reports;

[Collection(ReportTests.Name)]
public sealed class DailyReportTests(AzuriteFixture azurite)
{
    private static int _tests;

    // A report's task is known by its day: every test has one of its own.
    private readonly DateOnly _day = new DateOnly(2026, 1, 30).AddDays(1000 * Interlocked.Increment(ref _tests));

    private DateTimeOffset Morning => DailyReportCollector.Day(_day).To.AddHours(6);

    private async Task<TaskHost> StartAsync(
        DateTimeOffset? now = null, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        await azurite.Blobs.GetBlobContainerClient(ReportStore.Container).DeleteIfExistsAsync();
        await azurite.Tables.DeleteTableAsync("TaskTotals");
        return await TaskHost.StartAsync(
            azurite, services, settings, time: new FakeTimeProvider(
                now ?? Morning), functions: [typeof(DailyReportTimer), typeof(ReportFunctions)]);
    }

    private static Task MakeAsync(TaskHost host) =>
        ActivatorUtilities.CreateInstance<DailyReportTimer>(host.Services).RunAsync(new(), CancellationToken.None);

    private static async Task<DailyReport> ReportAsync(TaskHost host, DateOnly date)
    {
        var store = host.Services.GetRequiredService<ReportStore>();
        await Eventually.TrueAsync(async () => (await store.ListAsync(CancellationToken.None)).Contains(date));
        return DailyReportFiles.FromJson((await store.FindAsync(date, ReportFormat.Json, CancellationToken.None))!);
    }

    private static async Task<string> TextAsync(TaskHost host, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await host.Http.GetAsync(new Uri($"/api/{path}", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
        return text;
    }

    /// <summary>Has an instance of the app, long gone, record runs of the day before.</summary>
    private async Task RecordAsync(
        TaskHost host, params (string Task, string Lane, double Hour, ExecutionState State, double Seconds)[] runs)
    {
        var time = new FakeTimeProvider(Morning.AddHours(-31));
        var services = host.Services;
        var recorder = new ExecutionRecorder(
            new AppInstance(
                Guid.NewGuid().ToString("N")), services.GetRequiredService<ExecutionStore>(), services.GetRequiredService<TotalsStore>(),
            services.GetRequiredService<InstanceStore>(), new CircuitBreakers(
                time), time, Microsoft.Extensions.Logging.Abstractions.NullLogger<ExecutionRecorder>.Instance);
        foreach (var (run, i) in runs.OrderBy(r => r.Hour).Select((r, i) => (r, i)))
        {
            var ended = new DateTimeOffset(_day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddHours(run.Hour);
            time.SetUtcNow(ended);
            var took = TimeSpan.FromSeconds(run.Seconds);
            recorder.Ended(
                new TaskExecution(
                    $"{run.Task}-{i}", run.Task, run.Lane, 0, run.State, run.State is ExecutionState.Failure or ExecutionState.Retry
                        ? ErrorClass.Timeout : null, ended - took, took, 0));

            // Hours that are long over are not stored any more.
            await recorder.StoreAsync(CancellationToken.None);
        }

        await recorder.DisposeAsync();
    }

    [Fact]
    public async Task Timer_AtSix_MakesTheReportOfTheDayBefore()
    {
        await using var host = await StartAsync(Morning.AddMinutes(-30));
        await Eventually.TrueAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(30));
            return (await TextAsync(host, "reports")).Contains(ReportStore.Write(_day), StringComparison.Ordinal);
        });
        Assert.True(host.Time.GetUtcNow() >= Morning);
    }

    [Fact]
    public async Task Run_DayWithRuns_CountsThemByTaskQueueAndHour()
    {
        await using var host = await StartAsync();
        await RecordAsync(
            host,
            ("report.a", "email", 0, ExecutionState.Success, 1), ("report.a", "email-high", 0.5, ExecutionState.Success, 3),
            ("report.a", "email", 23.99, ExecutionState.Failure, 2),
            ("report.b", "default", 12, ExecutionState.Retry, 10), ("cleanup.test", "timers", 2, ExecutionState.Success, 60),
            ("report.before", "default", -0.01, ExecutionState.Success, 1), ("report.after", "default", 24, ExecutionState.Success, 1));
        await MakeAsync(host);
        var report = await ReportAsync(host, _day);

        var a = Assert.Single(report.Tasks, t => t.Name == "report.a");
        Assert.Equal((3, 2, 1, 0), (a.Runs, a.Succeeded, a.Failed, a.Retried));
        Assert.Equal(2.0 / 3, a.SuccessRate!.Value, 6);
        Assert.Equal(2, a.MeanSeconds);
        Assert.Equal(3, a.MaxSeconds);
        Assert.Equal("report.a-2", a.Slowest);
        Assert.DoesNotContain(report.Tasks, t => t.Name is "report.before" or "report.after");
        Assert.Equal(5, report.Total.Runs);
        Assert.Equal(3, report.Queues.Single(q => q.Runs.Name == "email").Runs.Runs);
        Assert.Equal(("timers", null), (report.Queues[^1].Runs.Name, report.Queues[^1].DeadLetters));
        Assert.Equal((2, 0), (report.Hours[0].Runs, report.Hours[0].Failed));
        Assert.Equal((1, 1), (report.Hours[23].Runs, report.Hours[23].Failed));
        Assert.Equal(24, report.Hours.Count);
        Assert.Equal([new ErrorLine(nameof(ErrorClass.Timeout), 2)], report.Errors);
    }

    [Fact]
    public async Task Run_DeadLetters_AreCounted()
    {
        await using var host = await StartAsync();
        host.Script.Run = (_, _) => throw new BusinessRuleException("no");
        var id = await host.SendAsync();
        await host.DeadLetterAsync(id);
        await MakeAsync(host);

        Assert.Equal(1, (await ReportAsync(host, _day)).Queues.Single(q => q.Runs.Name == "default").DeadLetters);
    }

    [Fact]
    public async Task Run_CsvJobs_AreSummedUp()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 250; i++) await AddAsync(i);
        await MakeAsync(host);

        var csv = (await ReportAsync(host, _day)).Csv;

        // The jobs were accepted at 00:00, 00:06, ... of the day; what came before or after is another day's.
        Assert.Equal((240, 120, 120), (csv.Jobs, csv.Completed, csv.Failed));
        Assert.Equal(120 * 1000, csv.Rows);
        Assert.Equal(120 * 10, csv.Rejected);
        Assert.Equal(100, csv.RowsPerSecond);
        Assert.Equal(10, csv.Largest.Count);
        Assert.All(csv.Largest, j => Assert.Equal(1000, j.Rows));

        async Task AddAsync(int i)
        {
            var accepted = new FakeTimeProvider(
                new DateTimeOffset(_day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(6 * (i - 5)));
            var then = new CsvJobStore(new LazyTable(azurite.Tables, CsvJobStore.TableName), accepted);
            await then.AddAsync(new CsvJobEntity { RowKey = $"report-{i}", Path = $"{i}.csv", BlobETag = "x" }, CancellationToken.None);
            accepted.Advance(TimeSpan.FromSeconds(10));
            if (i % 2 == 1)
            {
                await then.MoveAsync($"report-{i}", CsvJobState.Failed, null, CancellationToken.None);
                return;
            }

            await then.MoveAsync($"report-{i}", CsvJobState.Committing, null, CancellationToken.None);
            await then.MoveAsync($"report-{i}", CsvJobState.Completed, j => (j.Total, j.Rejected) = (1000, 10), CancellationToken.None);
        }
    }

    [Fact]
    public async Task Run_MailJobs_AreSummedUp()
    {
        await using var host = await StartAsync();
        var (day, _) = DailyReportCollector.Day(_day);
        foreach (var (hour, state) in new[] { (-1, MailJobState.Completed), (3, MailJobState.Completed), (9, MailJobState.Failed),
            (15, MailJobState.Cancelled), (24, MailJobState.Completed) })
        {
            var accepted = new FakeTimeProvider(day.AddHours(hour));
            var store = new MailJobStore(new LazyTable(azurite.Tables, MailJobStore.TableName), accepted);
            await store.AddAsync(new MailJobEntity { RowKey = $"mail-{hour}" }, CancellationToken.None);
            await store.EndAsync($"mail-{hour}", state, j => (j.Successful, j.Failed, j.Suppressed) = (100, 10, 1), CancellationToken.None);
        }

        await MakeAsync(host);
        Assert.Equal(new MailSection(3, 1, 1, 300, 30, 3), (await ReportAsync(host, _day)).Mail);
    }

    [Fact]
    public async Task Run_RecipientsConfigured_AreToldOnce()
    {
        await using var host = await StartAsync(
            settings: new() { ["Reports:Recipients"] = "ada@example.org, Grace <grace@example.org>", ["Smtp:From"] = "app@example.org" });
        await RecordAsync(host, ("report.mailed", "default", 7, ExecutionState.Failure, 1));
        await MakeAsync(host);
        await ActivatorUtilities.CreateInstance<DailyReportTask>(host.Services).RunAsync(new(_day), new AnyContext());

        var record = await host.WaitAsync($"reports.daily-mail-{ReportStore.Write(_day)}", TaskState.Success);
        Assert.Equal("email.send", record.Task);
        var container = azurite.Blobs.GetBlobContainerClient("mail");
        var messages = new List<MimeKit.MimeMessage>();
        await foreach (var blob in container.GetBlobsAsync())
        {
            await using var content = await container.GetBlobClient(blob.Name).OpenReadAsync();
            messages.Add(await MimeKit.MimeMessage.LoadAsync(content));
        }

        var message = Assert.Single(messages, m => m.Subject == $"Report of {ReportStore.Write(_day)}: 1 given up");
        Assert.Equal(["ada@example.org", "grace@example.org"], message.To.Mailboxes.Select(m => m.Address));
        Assert.Contains("report.mailed", message.HtmlBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("ada@example.org, @")]
    public async Task Start_RecipientThatIsNoAddress_NamesIt(string recipients)
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(settings: new() { ["Reports:Recipients"] = recipients }));
        Assert.Contains("Reports__Recipients", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TwiceAndAtOnce_MakesOneReport()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<ReportStore>();
        var task = ActivatorUtilities.CreateInstance<DailyReportTask>(host.Services);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => task.RunAsync(new(_day), new AnyContext())));
        var first = await FilesAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        await RecordAsync(host, ("report.late", "default", 5, ExecutionState.Success, 1));
        await task.RunAsync(new(_day), new AnyContext());

        Assert.Equal(first, await FilesAsync());
        Assert.Contains($"{ReportStore.Write(_day.AddDays(1))} 06:00:00 UTC", first[2], StringComparison.Ordinal);

        async Task<string[]> FilesAsync() =>
            [.. (await Task.WhenAll(ReportFormat.All.Select(f => store.FindAsync(_day, f, CancellationToken.None)))).Select(
                b => b!.ToString())];
    }

    [Fact]
    public async Task Run_CutOffAfterTheJson_MakesTheRestOfIt()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<ReportStore>();
        var report = await host.Services.GetRequiredService<DailyReportCollector>().CollectAsync(_day, CancellationToken.None);
        await store.AddAsync(
            _day, ReportFormat.Json, DailyReportFiles.ToJson(
                report with { Total = report.Total with { Runs = 12_345 } }), CancellationToken.None);
        await MakeAsync(host);

        await ReportAsync(host, _day);
        Assert.Contains("12,345", await TextAsync(host, $"reports/{ReportStore.Write(_day)}?format=html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timer_MissedDays_AreMadeUpForSinceThereAreReports()
    {
        await using var host = await StartAsync();
        await MakeAsync(host);
        await ReportAsync(host, _day);
        host.Time.Advance(TimeSpan.FromDays(4));
        await MakeAsync(host);
        foreach (var missed in Enumerable.Range(1, 4)) await ReportAsync(host, _day.AddDays(missed));

        host.Time.Advance(TimeSpan.FromDays(30));
        await MakeAsync(host);
        foreach (var missed in Enumerable.Range(28, 7)) await ReportAsync(host, _day.AddDays(missed));
        await host.IdleAsync();
        Assert.Equal(12, JsonNode.Parse(await TextAsync(host, "reports"))!["reports"]!.AsArray().Count);
    }

    [Fact]
    public async Task Show_Formats_AreWhatWasMade()
    {
        await using var host = await StartAsync();
        await RecordAsync(host, ("report.shown", "media", 7, ExecutionState.Success, 1.5));
        await MakeAsync(host);
        await ReportAsync(host, _day);

        Assert.Equal(
            ReportStore.Write(_day), (string?)JsonNode.Parse(await TextAsync(host, $"reports/{ReportStore.Write(_day)}"))!["date"]);
        var csv = (await TextAsync(host, $"reports/{ReportStore.Write(_day)}?format=csv")).Split('\n');
        Assert.Equal("kind,name,runs,succeeded,failed,retried,revoked,mean_seconds,p95_seconds,max_seconds,dead_letters", csv[0]);
        Assert.Contains(csv, l => l.StartsWith("task,report.shown,1,1,0,0,0,1.5,1.5", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(
                $"/api/reports/{ReportStore.Write(_day)}", UriKind.Relative))
        {
            Headers =
                    { { "Accept", "text/html,application/xhtml+xml" } }
        };
        using var page = await host.Http.SendAsync(request);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("report.shown", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reports/2026-02-30", HttpStatusCode.BadRequest)]
    [InlineData("reports/yesterday", HttpStatusCode.BadRequest)]
    [InlineData("reports/..%2Fresults", HttpStatusCode.BadRequest)]
    [InlineData("reports/2026-01-30?format=pdf", HttpStatusCode.BadRequest)]
    [InlineData("reports/2020-01-01", HttpStatusCode.NotFound)]
    public async Task Show_BadInput_IsRefused(string path, HttpStatusCode expected)
    {
        await using var host = await StartAsync();
        await TextAsync(host, path, expected);
    }

    [Fact]
    public async Task Run_DayThatIsNotOver_IsRefused()
    {
        await using var host = await StartAsync();
        var task = ActivatorUtilities.CreateInstance<DailyReportTask>(host.Services);
        var fault = await Assert.ThrowsAsync<TaskValidationException>(() => task.RunAsync(new(_day.AddDays(1)), new AnyContext()));
        Assert.Contains($"{ReportStore.Write(_day.AddDays(1))} is not over", fault.Message, StringComparison.Ordinal);
    }

    private sealed class AnyContext : TaskContext
    {
        public override string Id => "any";

        public override string Name => DailyReportTimer.Task;

        public override int Attempt => 0;

        public override string? Tenant => null;

        public override CancellationToken CancellationToken => CancellationToken.None;

        public override Microsoft.Extensions.Logging.ILogger Logger => Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public override ValueTask ReportAsync(long current, long total, string? status = null) => ValueTask.CompletedTask;
    }
}
