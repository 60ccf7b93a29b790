using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring;
using Serverless.Reports;
using Serverless.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Reports;

[Collection(ReportTests.Name)]
public sealed class DailyReportShowTests(AzuriteFixture azurite) : DailyReportTestBase(azurite)
{
    [Fact]
    public async Task Run_RecipientsConfigured_AreToldOnce()
    {
        await using var host = await StartAsync(
            settings: new() { ["Reports:Recipients"] = "ada@example.org, Grace <grace@example.org>", ["Smtp:From"] = "app@example.org" });
        await RecordAsync(host, ("report.mailed", "default", 7, ExecutionState.Failure, 1));
        await MakeAsync(host);
        await ActivatorUtilities.CreateInstance<DailyReportTask>(host.Services).RunAsync(new(Day), new AnyContext());

        var record = await host.WaitAsync($"reports.daily-mail-{ReportStore.Write(Day)}", TaskState.Success);
        Assert.Equal("email.send", record.Task);
        var container = Azurite.Blobs.GetBlobContainerClient("mail");
        var messages = new List<MimeKit.MimeMessage>();
        await foreach (var blob in container.GetBlobsAsync())
        {
            await using var content = await container.GetBlobClient(blob.Name).OpenReadAsync();
            messages.Add(await MimeKit.MimeMessage.LoadAsync(content));
        }

        var message = Assert.Single(messages, m => m.Subject == $"Report of {ReportStore.Write(Day)}: 1 given up");
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
    public async Task Show_Formats_AreWhatWasMade()
    {
        await using var host = await StartAsync();
        await RecordAsync(host, ("report.shown", "media", 7, ExecutionState.Success, 1.5));
        await MakeAsync(host);
        await ReportAsync(host, Day);

        Assert.Equal(
            ReportStore.Write(Day), (string?)JsonNode.Parse(await TextAsync(host, $"reports/{ReportStore.Write(Day)}"))!["date"]);
        var csv = (await TextAsync(host, $"reports/{ReportStore.Write(Day)}?format=csv")).Split('\n');
        Assert.Equal("kind,name,runs,succeeded,failed,retried,revoked,mean_seconds,p95_seconds,max_seconds,dead_letters", csv[0]);
        Assert.Contains(csv, l => l.StartsWith("task,report.shown,1,1,0,0,0,1.5,1.5", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(
                $"/api/reports/{ReportStore.Write(Day)}", UriKind.Relative))
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
        var fault = await Assert.ThrowsAsync<TaskValidationException>(() => task.RunAsync(new(Day.AddDays(1)), new AnyContext()));
        Assert.Contains($"{ReportStore.Write(Day.AddDays(1))} is not over", fault.Message, StringComparison.Ordinal);
    }
}
