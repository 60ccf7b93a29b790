using Azure.Messaging.ServiceBus;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks.Strategies;

/// <summary>
/// A strategy as a user meets it: a task that fails goes through the real queue, runner and store, on a clock that is turned.
/// </summary>
[Collection(TaskTests.Name)]
public abstract class StrategyTest(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost? _host;

    private protected TaskHost Host => _host!;

    private protected Script Script => Host.Script;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Every run throws until an attempt that succeeds.</summary>
    private protected void Fail(Func<Exception> error, int attempts = int.MaxValue) =>
        Script.Run = (_, context) => context.Attempt < attempts ? Task.FromException<object?>(error()) : Task.FromResult<object?>("done");

    /// <summary>The delays before so many retries, each waited for and turned to.</summary>
    private protected async Task<List<TimeSpan>> DelaysAsync(string id, int retries)
    {
        var delays = new List<TimeSpan>();
        for (var attempt = 1; attempt <= retries; attempt++) delays.Add(await Host.RetryAsync(id, attempt));
        return delays;
    }

    /// <summary>The task's message that waits for its time.</summary>
    private protected async Task<TaskMessage> ScheduledAsync(string id, int attempt, string lane = "default")
    {
        TaskMessage? task = null;
        await Eventually.TrueAsync(async () =>
        {
            var waiting = await Host.Queues.PeekAsync(lane, deadLetters: false, 0, 250);
            task = waiting.Where(m => m.State == ServiceBusMessageState.Scheduled && m.CorrelationId == id)
                .Select(m => TaskEnvelope.TryRead(m.Body, out var read, out _) ? read : null)
                .SingleOrDefault(m => m?.Attempt == attempt);
            return task is not null;
        });
        return task!;
    }

    /// <summary>Waits for the task's dead letter, and checks what every one of them says.</summary>
    private protected async Task<ServiceBusReceivedMessage> GivenUpAsync(string id, string reason, Type exception, int attempt)
    {
        var letter = await Host.DeadLetterAsync(id);
        Assert.Equal((reason, exception.Name), (letter.DeadLetterReason, letter.ApplicationProperties["ExceptionType"]));
        Assert.Equal((id, attempt), (letter.ApplicationProperties["TaskId"], letter.ApplicationProperties["Attempt"]));

        // Retries spend no deliveries: this message came once.
        Assert.Equal(1, letter.DeliveryCount);
        var record = await Host.WaitAsync(id, TaskState.Failure);
        Assert.Equal((reason, exception.Name, attempt), (record.Error!.Class.ToString(), record.Error.Type, record.Attempt));
        await Host.IdleAsync();
        return letter;
    }

    private protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
