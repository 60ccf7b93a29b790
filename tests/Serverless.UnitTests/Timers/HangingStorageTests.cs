using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.Timers;

namespace Serverless.UnitTests.Timers;

/// <summary>The clock, while storage takes requests and never answers.</summary>
public sealed class HangingStorageTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Look_WhoseStorageHangs_StillRunsWhatIsDueEachMinute()
    {
        var work = new CountedWork();
        var options = new TableClientOptions();
        options.AddPolicy(new Hanging(), HttpPipelinePosition.PerCall);
        var hangs = new WorkStore(new LazyTable(new TableServiceClient("UseDevelopmentStorage=true", options), "Timers"));
        var settings = new ClockSettings { Schedules = { ["ClockSchedule"] = "0 * * * * *", ["MinuteSchedule"] = "0 * * * * *" } };
        var sut = new TimedWorkRunner(
            [work], Options.Create(settings), hangs, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), _time,
            NullLogger<TimedWorkRunner>.Instance);
        var until = _time.GetUtcNow().AddSeconds(30);

        var look = sut.RunDueAsync(null!, default);
        await Eventually.TrueAsync(() =>
        {
            if (!look.IsCompleted && _time.GetUtcNow() < until) _time.Advance(TimeSpan.FromSeconds(1));
            return look.IsCompleted;
        });

        await look;
        Assert.Equal(1, work.Runs);
    }

    private sealed class CountedWork : ITimedWork
    {
        public string Name => "Minute";

        public int Runs { get; private set; }

        public Task RunAsync(TimedRun run, CancellationToken cancellationToken)
        {
            Runs++;
            return Task.CompletedTask;
        }
    }

    private sealed class Hanging : HttpPipelinePolicy
    {
        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, message.CancellationToken);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
