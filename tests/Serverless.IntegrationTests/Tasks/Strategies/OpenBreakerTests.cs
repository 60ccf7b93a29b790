using Microsoft.Extensions.DependencyInjection;
using Polly.CircuitBreaker;
using Serverless.Resilience;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks.Strategies;

public sealed class OpenBreakerTests(AzuriteFixture azurite) : StrategyTest(azurite)
{
    private const string Service = "mail.example.org";

    private CircuitBreakers Breakers => Host.Services.GetRequiredService<CircuitBreakers>();

    [Fact]
    public async Task OpenBreaker_TaskThatMeetsIt_WaitsUntilItMayCloseAndSpendsNoAttempt()
    {
        await OpenAsync();
        var calls = 0;
        Script.Run = async (_, context) => await Breakers.ExecuteAsync(
            Service, _ => ValueTask.FromResult(++calls), context.CancellationToken);
        Host.Time.Advance(Seconds(15));
        var id = await Host.SendAsync(options: new SendOptions { MaxRetries = 0 });

        Assert.Equal(Seconds(45), await Host.RetryAsync(id, 0));

        var record = await Host.WaitAsync(id, TaskState.Success);
        Assert.Equal((0, 1), (record.Attempt, calls));
        Assert.Equal([0, 0], Script.Runs.Where(r => r.Id == id).Select(r => r.Attempt));
        Assert.Equal(CircuitState.Closed, Breakers.States[Service]);
        await Host.IdleAsync();
    }

    [Fact]
    public async Task OpenBreaker_MoreMeetingsThanDeliveries_SpendNeitherAttemptsNorDeliveries()
    {
        const int meetings = 12;
        Script.Run = (_, _) => Script.Runs.Count <= meetings
            ? throw new CircuitOpenException(Service, Seconds(60)) : Task.FromResult<object?>("done");
        var id = await Host.SendAsync(options: new SendOptions { MaxRetries = 0 });

        for (var meeting = 1; meeting <= meetings; meeting++)
        {
            await Eventually.EqualAsync(
                (TaskState.Retry, 0, meeting), async () => await Host.Tasks.GetAsync(id) is { } r
                    ? (r.State, r.Attempt, r.Deferrals) : default);
            Host.Time.Advance(Seconds(60));
        }

        Assert.Equal(0, (await Host.WaitAsync(id, TaskState.Success)).Attempt);
        await Host.IdleAsync();
        Assert.Equal(0, (await Host.Queues.CountAsync("default")).DeadLettered);
    }

    private async Task OpenAsync()
    {
        for (var i = 0; i < 5; i++)
            await Assert.ThrowsAsync<HttpRequestException>(
                async () => await Breakers.ExecuteAsync<int>(Service, _ => throw new HttpRequestException("down"), default));
        Assert.Equal(CircuitState.Open, Breakers.States[Service]);
    }
}
