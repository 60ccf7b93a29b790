using Serverless.Alarms.Sources;
using Serverless.Schedules;

namespace Serverless.UnitTests.Alarms;

public sealed class ScheduleSourceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(5);

    // Due each hour, put at noon. Minutes from noon: the latest run's due time, the time of the look, and whether it is late.
    [Theory]
    [InlineData(null, 59, false)]
    [InlineData(null, 64, false)]
    [InlineData(null, 65, true)]
    [InlineData(60, 119, false)]
    [InlineData(60, 124, false)]
    [InlineData(60, 125, true)]
    [InlineData(60, 600, true)]
    [InlineData(-60, 30, false)]
    public void FindFault_RunOrNot_IsLateOnceTheTimeAfterADueTimeIsOver(int? lastDue, int now, bool isLate)
    {
        var state = lastDue is { } due ? new ScheduleState { LastRunId = "r", LastDue = Noon.AddMinutes(due), LastStarted = Noon } : new();

        Assert.Equal(isLate, ScheduleSource.FindFault(Hourly(state), After, Noon.AddMinutes(now)) is not null);
    }

    [Fact]
    public void FindFault_RunByHandAfterTheDueTime_IsNotLate()
    {
        var state = new ScheduleState { LastRunId = "r", LastStarted = Noon.AddMinutes(70) };

        Assert.Null(ScheduleSource.FindFault(Hourly(state), After, Noon.AddMinutes(90)));
    }

    [Fact]
    public void FindFault_Paused_IsNotLate() =>
        Assert.Null(ScheduleSource.FindFault(Hourly(new(), d => d with { Enabled = false }), After, Noon.AddDays(1)));

    [Fact]
    public void FindFault_MayStartLater_IsLateAfterThat()
    {
        var schedule = Hourly(new(), d => d with { JitterSeconds = 600 });

        Assert.Null(ScheduleSource.FindFault(schedule, After, Noon.AddMinutes(74)));
        Assert.NotNull(ScheduleSource.FindFault(schedule, After, Noon.AddMinutes(75)));
    }

    [Fact]
    public void FindFault_CouldNotBeStarted_SaysWhy()
    {
        var state = new ScheduleState { LastError = "There is no task 'gone'." };

        Assert.Equal(
            "It was due at 2026-01-31 13:00 UTC and did not run. There is no task 'gone'.",
            ScheduleSource.FindFault(Hourly(state), After, Noon.AddMinutes(80)));
    }

    [Fact]
    public void FindFault_EarlierRunGoesOn_SaysThat()
    {
        var state = new ScheduleState { LastRunId = "r", LastDue = Noon, LastStarted = Noon, Active = ["r"] };

        Assert.EndsWith(
            "An earlier run has not ended.", ScheduleSource.FindFault(Hourly(state), After, Noon.AddMinutes(80)), StringComparison.Ordinal);
    }

    private static Schedule Hourly(ScheduleState state, Func<ScheduleDefinition, ScheduleDefinition>? change = null)
    {
        var definition = new ScheduleDefinition { Cron = "0 * * * *", Task = "demo.add" };
        return new Schedule("hourly", change is null ? definition : change(definition), state, Noon, Noon);
    }
}
