using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Serverless.CsvJobs.Store;
using Serverless.Email.Jobs.Store;
using Serverless.Monitoring;
using Serverless.Reports;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.Timers;

namespace Serverless.IntegrationTests.Reports;

[Collection(ReportTests.Name)]
public sealed class DailyReportTests(AzuriteFixture azurite) : DailyReportTestBase(azurite)
{
    [Fact]
    public async Task Timer_AtSix_MakesTheReportOfTheDayBefore()
    {
        await using var host = await StartAsync(
            Morning.AddMinutes(-30),
            services: services => services.RemoveAll<ITimedWork>().AddTimedWork<DailyReportTimer>()
                .AddSingleton(new WorkStore(new LazyTable(Azurite.Tables, "DailyReportTimer"))),
            more: [typeof(ClockTimer)]);
        await Eventually.TrueAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(30));
            return (await TextAsync(host, "reports")).Contains(ReportStore.Write(Day), StringComparison.Ordinal);
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
        var report = await ReportAsync(host, Day);

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

        Assert.Equal(1, (await ReportAsync(host, Day)).Queues.Single(q => q.Runs.Name == "default").DeadLetters);
    }

    [Fact]
    public async Task Run_CsvJobs_AreSummedUp()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 250; i++) await AddAsync(i);
        await MakeAsync(host);

        var csv = (await ReportAsync(host, Day)).Csv;

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
                new DateTimeOffset(Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(6 * (i - 5)));
            var then = new CsvJobStore(new LazyTable(Azurite.Tables, CsvJobStore.TableName), accepted);
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
        var (day, _) = DailyReportCollector.GetBounds(Day);
        foreach (var (hour, state) in new[] { (-1, MailJobState.Completed), (3, MailJobState.Completed), (9, MailJobState.Failed),
            (15, MailJobState.Cancelled), (24, MailJobState.Completed) })
        {
            var accepted = new FakeTimeProvider(day.AddHours(hour));
            var store = new MailJobStore(new LazyTable(Azurite.Tables, MailJobStore.TableName), accepted);
            await store.AddAsync(new MailJobEntity { RowKey = $"mail-{hour}" }, CancellationToken.None);
            await store.EndAsync($"mail-{hour}", state, j => (j.Successful, j.Failed, j.Suppressed) = (100, 10, 1), CancellationToken.None);
        }

        await MakeAsync(host);
        Assert.Equal(new MailSection(3, 1, 1, 300, 30, 3), (await ReportAsync(host, Day)).Mail);
    }

    [Fact]
    public async Task Run_TwiceAndAtOnce_MakesOneReport()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<ReportStore>();
        var task = ActivatorUtilities.CreateInstance<DailyReportTask>(host.Services);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => task.RunAsync(new(Day), new AnyContext())));
        var first = await FilesAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        await RecordAsync(host, ("report.late", "default", 5, ExecutionState.Success, 1));
        await task.RunAsync(new(Day), new AnyContext());

        Assert.Equal(first, await FilesAsync());
        Assert.Contains($"{ReportStore.Write(Day.AddDays(1))} 06:00:00 UTC", first[2], StringComparison.Ordinal);

        async Task<string[]> FilesAsync() =>
            [.. (await Task.WhenAll(ReportFormat.All.Select(f => store.FindAsync(Day, f, CancellationToken.None)))).Select(
                b => b!.ToString())];
    }

    [Fact]
    public async Task Run_CutOffAfterTheJson_MakesTheRestOfIt()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<ReportStore>();
        var report = await host.Services.GetRequiredService<DailyReportCollector>().CollectAsync(Day, CancellationToken.None);
        await store.AddAsync(
            Day, ReportFormat.Json, DailyReportFiles.ToJson(
                report with { Total = report.Total with { Runs = 12_345 } }), CancellationToken.None);
        await MakeAsync(host);

        await ReportAsync(host, Day);
        Assert.Contains("12,345", await TextAsync(host, $"reports/{ReportStore.Write(Day)}?format=html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timer_MissedDays_AreMadeUpForSinceThereAreReports()
    {
        await using var host = await StartAsync();
        await MakeAsync(host);
        await ReportAsync(host, Day);
        host.Time.Advance(TimeSpan.FromDays(4));
        await MakeAsync(host);
        foreach (var missed in Enumerable.Range(1, 4)) await ReportAsync(host, Day.AddDays(missed));

        host.Time.Advance(TimeSpan.FromDays(30));
        await MakeAsync(host);
        foreach (var missed in Enumerable.Range(28, 7)) await ReportAsync(host, Day.AddDays(missed));
        await host.IdleAsync();
        Assert.Equal(12, JsonNode.Parse(await TextAsync(host, "reports"))!["reports"]!.AsArray().Count);
    }
}
