using System.Text;
using Microsoft.Extensions.Time.Testing;
using Serverless.Email;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;
using Serverless.Email.Recipients;
using Serverless.Email.Templates;
using Serverless.UnitTests.Csv.Parsing;

namespace Serverless.UnitTests.Email;

public sealed class EmailPartTests
{
    private static readonly DateTime Now = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);
    private static readonly MailFacts Plan = new(1_000, 10, 2, 2, 60, 3_600);

    [Theory]
    [InlineData("ada@example.org", true)]
    [InlineData("Ada Lovelace <ada@example.org>", true)]
    [InlineData("\"Lovelace, Ada\" <ada+news@example.org>", true)]
    [InlineData("åsa@exämple.org", true)]
    [InlineData("", false)]
    [InlineData("   ", false)]
    [InlineData("ada", false)]
    [InlineData("ada@", false)]
    [InlineData("@example.org", false)]
    [InlineData("a@example.org, b@example.org", false)]
    [InlineData("ada@example.org\r\nBcc: b@example.org", false)]
    [InlineData("ada@example.org\0", false)]
    public void Mailbox_TryParse_TakesOneAddress(string text, bool expected)
    {
        Assert.Equal(expected, Mailbox.TryParse(text, out _, out var fault));
        Assert.Equal(expected, fault is null);
    }

    [Theory]
    [InlineData("<p>Hi <b>you</b></p><p>A &amp; B</p>", "Hi you\n\nA & B\n")]
    [InlineData("<head><title>T</title><style>p{}</style></head><body>x<script>y</script></body>", "x\n")]
    [InlineData("<ul><li>One</li><li>Two</li></ul>End", "- One\n- Two\n\nEnd\n")]
    [InlineData("a<br>b<br><br>c", "a\nb\n\nc\n")]
    [InlineData("See <a href=\"https://x.org/?a=1&amp;b=2\">this</a> or <a href=\"https://y.org\">https://y.org</a>",
        "See this (https://x.org/?a=1&b=2) or https://y.org\n")]
    [InlineData("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3\n")]
    [InlineData("<img alt=\"Logo\" src=\"x\">", "Logo\n")]
    [InlineData("", "")]
    public void HtmlText_From_ReadsLikeThePage(string html, string expected) => Assert.Equal(expected, HtmlText.From(html));

    [Theory]
    [InlineData("{% for i in (1..100000) %}x{% endfor %}")]
    [InlineData("{% include 'other' %}")]
    public async Task Template_ThatGetsOutOfHand_FailsItsMessage(string html)
    {
        var template = new EmailTemplate(new Liquid(TimeProvider.System), new TemplateSource("t", "s", html, null));

        await Assert.ThrowsAsync<TemplateException>(
            () => template.RenderAsync(template.Prepare(new Dictionary<string, object?>()), new Dictionary<string, object?>(), null));
    }

    [Fact]
    public void Template_ThatIsNoLiquid_SaysWhere()
    {
        var e = Assert.Throws<TemplateException>(
            () => new EmailTemplate(new Liquid(TimeProvider.System), new TemplateSource("t", null, "<p>\n{% if %}", null)));

        Assert.StartsWith("The HTML part is no Liquid template: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task JsonLines_InPiecesOfAnySize_ReadTheSame(int piece)
    {
        var text = Encoding.UTF8.GetBytes(
            "{\"to\":\"a@b.c\",\"n\":1.5}\r\n\n  \nno json\n{\"to\":\"" + new string('x', 100_000) + "\",\"From\":null}");
        using var reader = new JsonLinesRecipients(new TrickleStream(text, new Random(1), piece), 100);
        var found = new List<(long, Recipient)>();
        do
        {
            while (reader.TryRead()) found.Add((reader.Position, reader.Read()));
        }
        while (await reader.FillAsync(default));

        Assert.Equal([100, 128, 136], found.Select(f => f.Item1));
        Assert.Equal(("a@b.c", 1.5m), (found[0].Item2.To, found[0].Item2.Values["n"]));
        Assert.StartsWith("The line is no JSON object", found[1].Item2.Fault, StringComparison.Ordinal);
        Assert.Equal((100_000, null), (found[2].Item2.To.Length, found[2].Item2.Fault));
    }

    [Theory]
    [InlineData("{\"to\":\"a@b.c\"}{\"to\":\"d@e.f\"}")]
    [InlineData("{\"to\":\"a@b.c\"} d@e.f")]
    [InlineData("{\"to\":\"a@b.c\",\"to\":\"d@e.f\"}")]
    [InlineData("{\"to\":\"a@b.c\",\"name\":\"\\ud800\"}")]
    public async Task JsonLines_LineThatIsNotOneObject_IsAFaultOfItsOwn(string line)
    {
        using var reader = new JsonLinesRecipients(new MemoryStream(Encoding.UTF8.GetBytes(line + "\n{\"to\":\"g@h.i\"}\n")), 0);
        var found = new List<Recipient>();
        do
        {
            while (reader.TryRead()) found.Add(reader.Read());
        }
        while (await reader.FillAsync(default));

        Assert.StartsWith("The line is no JSON object", found[0].Fault, StringComparison.Ordinal);
        Assert.Equal("g@h.i", found[1].To);
    }

    [Theory]
    [InlineData(null, 4, 100, 4, null, 100)]
    [InlineData(5.0, 4, 100, 1, 5.0, 100)]
    [InlineData(30.0, 4, 100, 3, 10.0, 100)]
    [InlineData(400.0, 4, 100, 4, 100.0, 100)]
    [InlineData(0.1, 4, 100, 1, 0.1, 30)]
    [InlineData(0.001, 4, 100, 1, 0.001, 1)]
    public void Rate_IsDividedAmongTheBatches(
        double? limit, int parallel, int size, int expectedParallel, double? share, int expectedSize) =>
        Assert.Equal(new MailRate(expectedParallel, share, expectedSize), MailRate.Divide(limit, parallel, size));

    [Fact]
    public async Task Pace_NeverSeesMoreThanTheRate_EvenAfterAStop()
    {
        var time = new FakeTimeProvider();
        var pace = new SendRateLimiter(2, time);
        var first = pace.WaitAsync(default);
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(first.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await first;

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(pace.WaitAsync(default).IsCompleted);
        var third = pace.WaitAsync(default);
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(third.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await third;
    }

    [Fact]
    public void Window_DeferredBatch_ComesAgainLaterAndLater_ThenIsTheLast()
    {
        var window = new BatchWindow(MailRun.Begin("j") with { Facts = Plan });
        var task = window.Start(Now)[0];
        Assert.Equal(new BatchTask("j", 0, 0, false), task);
        window.Complete(task, new BatchOutcome(new MailCounts(99), 1), Now);

        Assert.DoesNotContain(window.Start(Now.AddSeconds(59)), t => t.Attempt > 0);
        Assert.Equal(Now.AddSeconds(60), window.NextDue);
        window.Complete(new BatchTask("j", 1, 0, false), new BatchOutcome(new MailCounts(100), 0), Now);
        var second = window.Start(Now.AddSeconds(60)).Single(t => t.Attempt == 1);
        Assert.Equal(new BatchTask("j", 0, 1, false), second);
        window.Complete(second, new BatchOutcome(new MailCounts(99), 1), Now);
        Assert.Equal(Now.AddSeconds(180), window.NextDue);
        Assert.Equal(new BatchTask("j", 0, 2, true), window.Start(Now.AddSeconds(180)).Single(t => t.Attempt == 2));
        Assert.Equal(199, window.Counts.Done);
    }

    [Fact]
    public void Window_Outage_IsProbedByOneBatch_AndWaitsLonger()
    {
        var window = new BatchWindow(MailRun.Begin("j") with { Facts = Plan });
        var tasks = window.Start(Now);
        Assert.Equal(2, tasks.Count);
        window.Complete(tasks[0], new BatchOutcome(new MailCounts(10), 0, BatchStop.Unavailable, "down"), Now);
        Assert.Equal((TimeSpan.FromSeconds(30), 0), (window.Outage, window.Start(Now).Count));
        window.Complete(tasks[1], new BatchOutcome(new MailCounts(), 0, BatchStop.Unavailable, "down", 45), Now);

        window.Resume();
        var probe = Assert.Single(window.Start(Now));
        window.Complete(probe, new BatchOutcome(new MailCounts(10), 0, BatchStop.Unavailable, "down"), Now);
        Assert.Equal(TimeSpan.FromSeconds(60), window.Outage);
        Assert.Equal(TimeSpan.FromMinutes(5), window.MeasureOutage(Now.AddMinutes(5)));

        window.Resume();
        probe = Assert.Single(window.Start(Now));
        window.Complete(probe, new BatchOutcome(new MailCounts(100), 0), Now);
        Assert.Equal(TimeSpan.Zero, window.MeasureOutage(Now.AddMinutes(5)));
        Assert.Equal(2, window.Start(Now).Count);
    }

    [Fact]
    public void Window_ManyBatches_GoOnInTheNextRun()
    {
        var run = MailRun.Begin("j") with { Facts = Plan with { Batches = 100, Total = 10_000 } };
        var done = new List<int>();
        var runs = 0;
        while (true)
        {
            var window = new BatchWindow(run);
            for (var tasks = window.Start(Now); tasks.Count > 0; tasks = window.Start(Now))
            {
                foreach (var task in tasks) window.Complete(task, new BatchOutcome(new MailCounts(100), 0), Now);
                done.AddRange(tasks.Select(t => t.Batch));
            }

            runs++;
            if (window.IsComplete) break;
            Assert.True(window.IsFull);
            run = window.Run;
        }

        Assert.Equal(Enumerable.Range(0, 100), done);
        Assert.Equal(2, runs);
    }
}
