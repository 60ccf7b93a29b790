using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed partial class TaskLogTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Logs_OfEveryAttempt_AreKeptWithTheTask()
    {
        _host.Script.Run = (args, context) =>
        {
            LogStep(context.Logger, context.Attempt);
            if (context.Attempt > 0) return Task.FromResult<object?>("done");
            LogTrouble(context.Logger, new InvalidOperationException("no luck"));
            throw new InvalidOperationException("again");
        };
        var id = await _host.SendAsync(new ScriptArgs("secret"));
        await _host.RetryAsync(id, 1);
        await _host.WaitAsync(id, TaskState.Success);

        var log = await FindAsync(id);

        Assert.Equal(
            [("information", 0, "step 0"), ("warning", 0, "trouble (InvalidOperationException: no luck)"), ("information", 1, "step 1")],
            log.Lines.Select(l => (l.Level, l.Attempt, l.Message)));
        Assert.Equal(0, log.Dropped);
    }

    [Fact]
    public async Task Logs_WhileItRuns_CanBeRead()
    {
        var (logged, second, end) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        _host.Script.Run = async (_, context) =>
        {
            LogStep(context.Logger, 1);
            logged.SetResult();
            await second.Task;
            LogStep(context.Logger, 2);
            await end.Task;
            return null;
        };
        var id = await _host.SendAsync();

        // The first line comes before the clock is turned, the second after it: that one has both stored.
        await logged.Task.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
        _host.Time.Advance(TimeSpan.FromSeconds(6));
        second.SetResult();

        await Eventually.EqualAsync(2, async () => (await FindAsync(id)).Lines.Count);
        end.SetResult();
        await _host.WaitAsync(id, TaskState.Success);
        Assert.Equal(2, (await FindAsync(id)).Lines.Count);
    }

    [Fact]
    public async Task Logs_NothingWasLogged_AreEmpty()
    {
        var id = await _host.SendAsync();
        await _host.WaitAsync(id, TaskState.Success);

        Assert.Empty((await FindAsync(id)).Lines);
        using var unknown = await _host.Http.GetAsync(new Uri("/api/tasks/nobody/logs", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private async Task<TaskLogContent> FindAsync(string id) =>
        (await _host.Http.GetFromJsonAsync<TaskLogContent>($"/api/tasks/{id}/logs"))!;

    [LoggerMessage(Level = LogLevel.Information, Message = "step {Step}")]
    private static partial void LogStep(ILogger logger, int step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "trouble")]
    private static partial void LogTrouble(ILogger logger, Exception exception);
}
