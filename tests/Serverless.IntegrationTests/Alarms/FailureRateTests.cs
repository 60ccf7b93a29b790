using Serverless.Alarms;
using Serverless.Alarms.Sources;
using Serverless.IntegrationTests.Tasks;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Monitoring.Store;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Alarms;

[Collection(TaskTests.Name)]
public sealed class FailureRateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 5, 30, TimeSpan.Zero);

    private static readonly AlarmDefinition Tenth = new() { When = AlarmKind.FailureRate, Above = 0.1 };

    private readonly TotalsStore _totals;
    private readonly FailureRateSource _sut;
    private int _row;

    public FailureRateTests(AzuriteFixture azurite)
    {
        _totals = new TotalsStore(new LazyTable(azurite.Tables, $"Rates{Guid.NewGuid():N}"));
        _sut = new FailureRateSource(_totals, TaskRegistry.Discover([]), QueueCatalog.Load());
    }

    [Fact]
    public async Task Find_ManyFail_NamesTheTaskAndItsShare()
    {
        await AddAsync("bad", minutesAgo: 8, succeeded: 8, failed: 2);
        await AddAsync("good", minutesAgo: 8, succeeded: 9, failed: 1);

        Assert.Equal("2 of 10 runs failed in the last 10m, 20 %.", (await FindAsync(Tenth))["bad"]);
        Assert.Equal(["bad"], (await FindAsync(Tenth)).Keys);
    }

    [Fact]
    public async Task Find_TriedAgain_CountsAsFailed()
    {
        await AddAsync("retried", minutesAgo: 1, succeeded: 5, retried: 5);

        Assert.Equal(["retried"], (await FindAsync(Tenth)).Keys);
    }

    [Fact]
    public async Task Find_RunsOfSeveralInstancesAndHours_AddUp()
    {
        await AddAsync("split", minutesAgo: 2, succeeded: 0, failed: 5);
        await AddAsync("split", minutesAgo: 8, succeeded: 5, failed: 0);

        Assert.Equal("5 of 10 runs failed in the last 10m, 50 %.", (await FindAsync(Tenth))["split"]);
    }

    [Fact]
    public async Task Find_FewRunsOrOldOnes_RaiseNothing()
    {
        await AddAsync("few", minutesAgo: 2, succeeded: 0, failed: 9);
        await AddAsync("old", minutesAgo: 12, succeeded: 0, failed: 100);

        Assert.Empty(await FindAsync(Tenth));
        Assert.Equal(["few"], (await FindAsync(Tenth with { MinRuns = 9 })).Keys);
        Assert.Equal(["few", "old"], (await FindAsync(Tenth with { MinRuns = 9, Within = TimeSpan.FromMinutes(20) })).Keys.Order());
    }

    [Fact]
    public async Task Find_OfOneTaskOrQueue_LeavesOutTheOthers()
    {
        await AddAsync("a", minutesAgo: 2, succeeded: 0, failed: 10, lane: "media");
        await AddAsync("b", minutesAgo: 2, succeeded: 0, failed: 10, lane: "email");
        await AddAsync("c", minutesAgo: 2, succeeded: 0, failed: 10, lane: "email-high");

        Assert.Equal(["a"], (await FindAsync(Tenth with { Task = "a" })).Keys);
        Assert.Equal("20 of 20 runs failed in the last 10m, 100 %.", (await FindAsync(Tenth with { Queue = "email" }))["email"]);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(30, false)]
    public async Task Find_TimesOfTheTimeBefore_IsAJump(int failedBefore, bool isBad)
    {
        await AddAsync("jump", minutesAgo: 2, succeeded: 60, failed: 40);
        await AddAsync("jump", minutesAgo: 40, succeeded: 100 - failedBefore, failed: failedBefore);

        Assert.Equal(isBad, (await FindAsync(Tenth with { Times = 3 })).ContainsKey("jump"));
        Assert.True((await FindAsync(Tenth)).ContainsKey("jump"));
    }

    private async Task<IReadOnlyDictionary<string, string>> FindAsync(AlarmDefinition alarm) =>
        Assert.Single(await _sut.FindAsync([alarm], Now, default)).Bad;

    private async Task AddAsync(string task, int minutesAgo, int succeeded, int failed = 0, int retried = 0, string lane = "default")
    {
        var at = Now.AddMinutes(-minutesAgo);
        var hour = at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerHour));
        var minutes = new MinuteCounts();
        foreach (var (count, state) in new[]
            { (succeeded, ExecutionState.Success), (failed, ExecutionState.Failure), (retried, ExecutionState.Retry) })
        {
            for (var i = 0; i < count; i++)
                minutes.Add(at.Minute, new TaskExecution("id", task, lane, 0, state, null, at, TimeSpan.FromMilliseconds(1), 0));
        }

        var row = new TotalsRow(task, lane, hour, new TaskTotals(), minutes);
        await _totals.WriteAsync([row.ToEntity($"row-{_row++}")], default);
    }
}
