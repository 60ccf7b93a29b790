using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks.Strategies;

public sealed class ConnectionTests(AzuriteFixture azurite) : StrategyTest(azurite)
{
    [Fact]
    public async Task Connection_MoreRetriesThanDeliveries_DelaysDoubleUpToAnHourAndSpread()
    {
        // A lane delivers a message ten times: were retries deliveries, the last ones would never come.
        const int retries = 12;
        Fail(() => new HttpRequestException("refused"), retries);
        var id = await Host.SendAsync(options: new SendOptions { MaxRetries = retries });

        var delays = await DelaysAsync(id, retries);

        var record = await Host.WaitAsync(id, TaskState.Success);
        Assert.Equal(retries, record.Attempt);
        Assert.Equal(Enumerable.Range(0, retries + 1), Script.Runs.Where(r => r.Id == id).Select(r => r.Attempt));
        var spread = delays.Select((delay, attempt) => delay / Seconds(Math.Min(3600, 60 * Math.Pow(2, attempt)))).ToList();
        Assert.All(spread, factor => Assert.InRange(factor, 0.5, 1.5));
        Assert.True(spread.Max() - spread.Min() > 0.3, "The delays are not spread.");
        await Host.IdleAsync();
        Assert.Equal(0, (await Host.Queues.CountAsync("default")).DeadLettered);
    }

    [Fact]
    public async Task Connection_OutOfRetries_IsDeadLetteredWithTheWholeStory()
    {
        Fail(() => new InvalidOperationException("outer", new HttpRequestException("refused by peer")));
        var id = await Host.SendAsync(options: new SendOptions { MaxRetries = 2 });
        var firstFailed = Host.Time.GetUtcNow();

        await DelaysAsync(id, 2);

        var letter = await GivenUpAsync(id, "Connection", typeof(InvalidOperationException), attempt: 2);
        Assert.Equal("outer", letter.DeadLetterErrorDescription);
        Assert.Equal(("test.script", firstFailed), (letter.ApplicationProperties["Task"], letter.ApplicationProperties["FirstFailed"]));
        var stack = Assert.IsType<string>(letter.ApplicationProperties["Stack"]);
        Assert.Contains("refused by peer", stack, StringComparison.Ordinal);
        Assert.Contains(nameof(ScriptTask), stack, StringComparison.Ordinal);
        Assert.DoesNotContain(Host.Logs.Lines, l => l.Message.Contains("needs somebody", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DeadLetter_HugeErrors_AreCutToWhatAMessageHolds()
    {
        var text = string.Concat(Enumerable.Repeat("ä€😀", 20_000));
        Fail(() => new HttpRequestException(text));
        var id = await Host.SendAsync(options: new SendOptions { MaxRetries = 0 });

        var letter = await GivenUpAsync(id, "Connection", typeof(HttpRequestException), attempt: 0);

        Assert.InRange(letter.DeadLetterErrorDescription!.Length, 3_000, 4_096);
        var stack = (string)letter.ApplicationProperties["Stack"];
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(stack), 30_000, 32 * 1024);

        // Cut between characters, not inside one.
        Assert.All([stack, letter.DeadLetterErrorDescription!], cut => Assert.False(char.IsHighSurrogate(cut[^1])));
    }
}
