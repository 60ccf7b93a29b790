using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Tasks;
using Serverless.Monitoring.Recording;
using Serverless.Monitoring.Store;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Monitoring;

namespace Serverless.IntegrationTests.Monitoring;

/// <summary>Recording while the tables do not answer: runs go on, and what was noted is stored once they do.</summary>
[Collection(TaskTests.Name)]
public sealed class ExecutionRecorderTests(AzuriteFixture azurite) : IDisposable
{
    private readonly FakeTimeProvider _time = new(Runs.Noon);
    private readonly CollectedLogs _logs = new();
    private readonly Outage _outage = new();

    [Fact]
    public async Task Store_TablesAreDown_KeepsWhatWasNotedAndStoresItOnce()
    {
        var tables = new MonitorTables(azurite, "Down", _time);
        await using var recorder = Recorder("Down");
        _outage.IsDown = true;
        for (var i = 0; i < 700; i++) recorder.RecordEnd(Runs.Run($"{i}", _time.GetUtcNow()));
        await Assert.ThrowsAsync<RequestFailedException>(() => recorder.StoreAsync(default));
        _time.Advance(TimeSpan.FromHours(1));
        recorder.RecordEnd(Runs.Run("late", _time.GetUtcNow()));
        _outage.IsDown = false;

        await recorder.StoreAsync(default);

        Assert.Equal(701, (await tables.Executions.ReadAsync(Runs.Noon.AddHours(-1)).ToListAsync()).DistinctBy(e => e.TaskId).Count());
        Assert.Equal(701, Assert.Single(await tables.Monitor.ReadTasksAsync(2)).Total);
        Assert.Equal(
            [1, 700], (await tables.Totals.ReadAsync(Runs.Noon, Runs.Noon.AddHours(2)).ToListAsync()).Select(r => r.Totals.Total).Order());
    }

    [Fact]
    public async Task Store_AnswerIsLost_StoresNothingTwice()
    {
        var tables = new MonitorTables(azurite, "Lost", _time);
        await using var recorder = Recorder("Lost");
        recorder.RecordEnd(Runs.Run("1", _time.GetUtcNow()));
        await recorder.StoreAsync(default);
        _outage.LosesAnswers = true;
        recorder.RecordEnd(Runs.Run("2", _time.GetUtcNow()));
        await Assert.ThrowsAsync<RequestFailedException>(() => recorder.StoreAsync(default));
        _time.Advance(TimeSpan.FromSeconds(5));
        recorder.RecordEnd(Runs.Run("3", _time.GetUtcNow()));
        _outage.LosesAnswers = false;

        await recorder.StoreAsync(default);

        Assert.Equal(
            ["1", "2", "3"], (await tables.Executions.ReadAsync(Runs.Noon.AddHours(-1)).ToListAsync()).Select(e => e.TaskId).Order());
        Assert.Equal(3, Assert.Single(await tables.Monitor.ReadTasksAsync(1)).Total);
    }

    [Fact]
    public async Task Ended_MoreThanWaitInMemory_DropsTheNewestFromTheListAndCountsThem()
    {
        var tables = new MonitorTables(azurite, "Full", _time);
        await using var recorder = Recorder("Full");
        for (var i = 0; i < ExecutionBuffer.Capacity + 500; i++) recorder.RecordEnd(Runs.Run($"{i}", _time.GetUtcNow()));

        await recorder.StoreAsync(default);

        Assert.Equal(ExecutionBuffer.Capacity, await tables.Executions.ReadAsync(Runs.Noon.AddHours(-1)).CountAsync());
        Assert.Equal(ExecutionBuffer.Capacity + 500, Assert.Single(await tables.Monitor.ReadTasksAsync(1)).Total);
        Assert.Single(_logs.Lines, l => l.Message.StartsWith("500 executions were dropped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Execute_ByItself_StoresEveryFewSecondsAndSoonerWhenManyWait()
    {
        var tables = new MonitorTables(azurite, "Loop", _time);
        await using var recorder = Recorder("Loop");
        await recorder.StartAsync(default);
        recorder.RecordEnd(Runs.Run("first", _time.GetUtcNow()));

        await Eventually.TrueAsync(async () =>
        {
            _time.Advance(ExecutionRecorder.Interval);
            return await tables.Executions.ReadAsync(Runs.Noon.AddHours(-1)).CountAsync() == 1;
        });

        // An outage ends no loop.
        _outage.IsDown = true;
        recorder.RecordEnd(Runs.Run("second", _time.GetUtcNow()));
        await Eventually.TrueAsync(() =>
        {
            _time.Advance(ExecutionRecorder.Interval);
            return _logs.Lines.Any(l => l.Message.StartsWith("Executions could not be stored", StringComparison.Ordinal));
        });
        _outage.IsDown = false;

        // No clock is turned: so many do not wait for it.
        for (var i = 0; i < ExecutionBuffer.Capacity / 2; i++) recorder.RecordEnd(Runs.Run($"{i}", _time.GetUtcNow()));
        await Eventually.TrueAsync(
            async () => await tables.Executions.ReadAsync(Runs.Noon.AddHours(-1)).CountAsync() >= ExecutionBuffer.Capacity / 4);
        await recorder.StopAsync(default);
        Assert.Equal((ExecutionBuffer.Capacity / 2) + 2, await tables.Executions.ReadAsync(Runs.Noon.AddHours(-1)).CountAsync());
    }

    public void Dispose() => _logs.Dispose();

    private ExecutionRecorder Recorder(string name)
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = 0;
        options.AddPolicy(_outage, HttpPipelinePosition.PerCall);
        var service = new TableServiceClient(azurite.ConnectionString, options);
        return new ExecutionRecorder(
            AppInstance.Create(), new ExecutionStore(new LazyTable(service, $"{name}Executions")), new TotalsStore(
                new LazyTable(service, $"{name}Totals")),
            new InstanceStore(new LazyTable(service, $"{name}Instances"), _time), new CircuitBreakers(_time), _time, LoggerFactory.Create(
                l => l.AddProvider(_logs)).CreateLogger<ExecutionRecorder>());
    }

    private sealed class Outage : HttpPipelinePolicy
    {
        public bool IsDown { get; set; }

        /// <summary>Requests are done, and fail all the same.</summary>
        public bool LosesAnswers { get; set; }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (IsDown) throw new RequestFailedException(503, "The tables are down.");
            await ProcessNextAsync(message, pipeline);
            if (LosesAnswers) throw new RequestFailedException(0, "The answer was lost.");
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
