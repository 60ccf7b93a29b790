using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Serverless.IntegrationTests.Durable;

public sealed partial class ReplayTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<int, int>("Add", n => n + 1)
        .Activity<int, int>("Other", n => n);

    [Fact]
    public async Task Orchestrator_EveryTurn_IsRunAgainFromItsStart()
    {
        var runs = 0;
        var replaying = new ConcurrentQueue<bool>();
        var times = new ConcurrentQueue<DateTime>();
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Count", async c =>
        {
            Interlocked.Increment(ref runs);
            replaying.Enqueue(c.IsReplaying);
            times.Enqueue(c.CurrentUtcDateTime);
            for (var i = 0; i < 3; i++) await c.CallActivityAsync<int>("Add", i);
            replaying.Enqueue(c.IsReplaying);
            return 0;
        }));

        await host.RunAsync("Count");

        Assert.Equal(4, runs);
        Assert.Equal([false, true, true, true, false], replaying);
        Assert.Single(times.Distinct());
    }

    [Fact]
    public async Task ReplaySafeLogger_ManyTurns_SaysEachLineOnce()
    {
        var lines = new LineLogger();
        using var logging = LoggerFactory.Create(b => b.AddProvider(lines));
        await using var host = await DurableHost.StartAsync(
            Functions().Orchestrator("Logs", async c =>
            {
                var logger = c.CreateReplaySafeLogger("Mine");
                for (var i = 0; i < 3; i++)
                {
                    SaidBefore(logger, i);
                    await c.CallActivityAsync<int>("Add", i);
                }

                SaidDone(logger);
                return 0;
            }),
            logging: logging);

        await host.RunAsync("Logs");

        Assert.Equal(["before 0", "before 1", "before 2", "done"], lines.Of("Mine"));
    }

    [Fact]
    public async Task NewGuid_InEveryReplay_IsTheSameAndVersion5()
    {
        var seen = new ConcurrentQueue<Guid>();
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Guids", async c =>
        {
            var first = c.NewGuid();
            seen.Enqueue(first);
            await c.CallActivityAsync<int>("Add", 1);
            return $"{first != c.NewGuid()} {first.Version}";
        }));

        Assert.Equal("True 5", (await host.RunAsync("Guids")).ReadOutputAs<string>());
        Assert.Equal(2, seen.Count);
        Assert.Single(seen.Distinct());
    }

    [Theory]
    [InlineData("another name")]
    [InlineData("another kind")]
    [InlineData("one less")]
    public async Task Orchestrator_NotDeterministic_FailsNamingTheStep(string how)
    {
        var runs = 0;
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Moody", async c =>
        {
            var isFirst = Interlocked.Increment(ref runs) == 1;
            if (!isFirst && how == "another name") return await c.CallActivityAsync<int>("Other", 1);
            if (!isFirst && how == "another kind") await c.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            if (!isFirst && how == "one less") return await c.WaitForExternalEvent<int>("Nothing");
            return await c.CallActivityAsync<int>("Add", 1);
        }));

        var end = await host.RunAsync("Moody");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", end.FailureDetails!.ErrorType);
        Assert.Contains("'Add'", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orchestrator_AwaitsAForeignTask_Fails()
    {
        var foreign = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Foreign", async c =>
        {
            await foreign.Task;
            return 0;
        }));

        var end = await host.RunAsync("Foreign");

        Assert.Contains(
            "Orchestrator 'Foreign' waits for something that its context did not make", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orchestrator_AwaitsAForeignTaskBesideItsOwn_FailsOnceItComes()
    {
        var foreign = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Foreign", async c =>
        {
            c.SetCustomStatus("waiting");
            await Task.WhenAny(c.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None), foreign.Task);
            return 0;
        }));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Foreign");
        await host.ReachesAsync(id, "waiting");

        foreign.SetResult();

        Assert.Contains(
            "waits for something that its context did not make", (await host.EndAsync(id)).SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orchestrator_UsesItsContextAfterConfigureAwaitFalse_Fails()
    {
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Leaves", async c =>
        {
            await c.CallActivityAsync<int>("Add", 1).ConfigureAwait(false);
            return await c.CallActivityAsync<int>("Add", 1);
        }));

        Assert.Contains(
            "waits for something that its context did not make", (await host.RunAsync("Leaves")).SerializedOutput,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Continuations_OfAnyKind_StayOnTheOrchestratorsThread()
    {
        var strays = 0;
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Stays", async c =>
        {
            var thread = Environment.CurrentManagedThreadId;
            var sum = 0;
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            {
                await Task.Yield();
                if (thread != Environment.CurrentManagedThreadId) strays++;
                var next = await c.CallActivityAsync<int>("Add", i);
                sum += next;
            }));
            return await c.CallActivityAsync<int>("Add", sum);
        }));

        Assert.Equal($"{Enumerable.Range(1, 20).Sum() + 1}", (await host.RunAsync("Stays")).SerializedOutput);
        Assert.Equal(0, strays);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "before {Step}")]
    private static partial void SaidBefore(ILogger logger, int step);

    [LoggerMessage(Level = LogLevel.Information, Message = "done")]
    private static partial void SaidDone(ILogger logger);

    private sealed class LineLogger : ILoggerProvider
    {
        private readonly ConcurrentQueue<(string Category, string Line)> _lines = [];

        public IEnumerable<string> Of(string category) => _lines.Where(l => l.Category == category).Select(l => l.Line);

        public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Category(LineLogger owner, string name) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                owner._lines.Enqueue((name, formatter(state, exception)));
        }
    }
}
