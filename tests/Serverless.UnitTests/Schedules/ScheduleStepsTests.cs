using Serverless.Schedules;

namespace Serverless.UnitTests.Schedules;

public sealed class ScheduleStepsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static Schedule Hourly(CatchUpRule catchUp = CatchUpRule.Last, ScheduleState? state = null) => new(
        "hourly", new ScheduleDefinition { Cron = "0 * * * *", Task = "demo.add", CatchUp = catchUp }, state
            ?? new ScheduleState { Due = Noon }, Noon, Noon);

    [Fact]
    public void TakeDue_NotYetDue_ChangesNothing()
    {
        var schedule = Hourly();
        Assert.Same(schedule.State, ScheduleSteps.TakeDue(schedule, Noon.AddTicks(-1), Noon));
    }

    [Theory]
    [InlineData(CatchUpRule.None)]
    [InlineData(CatchUpRule.Last)]
    [InlineData(CatchUpRule.All)]
    internal void TakeDue_LateButWatched_IsNotMissedWhateverTheRule(CatchUpRule rule)
    {
        var state = ScheduleSteps.TakeDue(Hourly(rule), Noon.AddMinutes(59), Noon);
        Assert.Equal([Noon], state.Waiting);
        Assert.Equal(Noon.AddHours(1), state.Due);
        Assert.Equal(0, state.Missed);
    }

    [Theory]
    [InlineData(CatchUpRule.None, new int[0], 5)]
    [InlineData(CatchUpRule.Last, new[] { 4 }, 4)]
    [InlineData(CatchUpRule.All, new[] { 0, 1, 2, 3, 4 }, 0)]
    internal void TakeDue_AfterDowntime_FollowsTheCatchUpRule(CatchUpRule rule, int[] made, int missed)
    {
        var state = ScheduleSteps.TakeDue(Hourly(rule), Noon.AddHours(4.5), Noon.AddHours(4.5));
        Assert.Equal(made.Select(h => Noon.AddHours(h)), state.Waiting);
        Assert.Equal(missed, state.Missed);
        Assert.Equal(Noon.AddHours(5), state.Due);
    }

    [Theory]
    [InlineData(CatchUpRule.None, new[] { 4 }, 4)]
    [InlineData(CatchUpRule.Last, new[] { 4 }, 4)]
    [InlineData(CatchUpRule.All, new[] { 0, 1, 2, 3, 4 }, 0)]
    internal void TakeDue_AfterDowntimeAndOneDueNow_TakesThatForTheLast(CatchUpRule rule, int[] taken, int missed)
    {
        var state = ScheduleSteps.TakeDue(Hourly(rule), Noon.AddHours(4).AddMinutes(1), Noon.AddHours(4));
        Assert.Equal(taken.Select(h => Noon.AddHours(h)), state.Waiting);
        Assert.Equal(missed, state.Missed);
    }

    [Theory]
    [InlineData(CatchUpRule.None, 0, 1)]
    [InlineData(CatchUpRule.Last, 1, 0)]
    [InlineData(CatchUpRule.All, 1, 0)]
    internal void TakeDue_OutageOfASecond_FollowsTheCatchUpRule(CatchUpRule rule, int taken, int missed)
    {
        var state = ScheduleSteps.TakeDue(Hourly(rule), Noon.AddSeconds(1), Noon.AddSeconds(1));
        Assert.Equal((taken, missed), (state.Waiting.Count, state.Missed));
    }

    [Theory]
    [InlineData("0 * * * *", 1)]
    [InlineData("30 * * * *", 1)]
    public void Redefine_AfterADueTimeThatNobodyLookedAtYet_KeepsIt(string cron, int waiting)
    {
        var schedule = ScheduleSteps.Redefine(Hourly(), Hourly().Definition with { Cron = cron }, Noon.AddSeconds(1), Noon.AddHours(-1));
        Assert.Equal(waiting, schedule.State.Waiting.Count);
        Assert.Equal(cron == "0 * * * *" ? Noon.AddHours(1) : Noon.AddMinutes(30), schedule.State.Due);
    }

    [Fact]
    public void Redefine_JustBeforeADueTime_FollowsTheNewTimes()
    {
        var schedule = ScheduleSteps.Redefine(
            Hourly(), Hourly().Definition with { Cron = "1 * * * *" }, Noon.AddSeconds(-1), Noon.AddHours(-1));
        Assert.Empty(schedule.State.Waiting);
        Assert.Equal(Noon.AddMinutes(1), schedule.State.Due);
    }

    [Fact]
    public void Redefine_PausedAfterADueTime_DropsIt()
    {
        var schedule = ScheduleSteps.Redefine(
            Hourly(), Hourly().Definition with { Enabled = false }, Noon.AddSeconds(1), Noon.AddHours(-1));
        Assert.Empty(schedule.State.Waiting);
        Assert.Null(schedule.State.Due);
    }

    [Fact]
    public void TakeDue_AllAfterMonths_MakesUpForTheLastHundred()
    {
        var state = ScheduleSteps.TakeDue(Hourly(CatchUpRule.All), Noon.AddHours(900), Noon.AddHours(900).AddTicks(1));
        Assert.Equal(Enumerable.Range(801, 100).Select(h => Noon.AddHours(h)), state.Waiting);
        Assert.Equal(801, state.Missed);
    }

    [Fact]
    public void TakeDue_Jittered_StartsLaterAndKeepsTheOrder()
    {
        var schedule = Hourly();
        schedule = schedule with { Definition = schedule.Definition with { JitterSeconds = 600 } };
        var start = ScheduleSteps.StartOf(schedule, Noon);
        Assert.InRange(start, Noon, Noon.AddMinutes(10));
        Assert.Equal(start, ScheduleSteps.FindNextLook(schedule, Noon));
        Assert.Empty(ScheduleSteps.TakeDue(schedule, start.AddTicks(-1), Noon).Waiting);
        Assert.Equal([Noon], ScheduleSteps.TakeDue(schedule, start, Noon).Waiting);
    }

    [Fact]
    public void Decide_Skip_StartsTheLatestOrNone()
    {
        var state = new ScheduleState { Waiting = [Noon, Noon.AddHours(1)] };

        var free = ScheduleSteps.Decide(state, OverlapRule.Skip, []);
        AssertState([Noon.AddHours(1)], 0, 1, free);

        var busy = ScheduleSteps.Decide(state, OverlapRule.Skip, ["run"]);
        AssertState([], 0, 2, busy);
    }

    [Fact]
    public void Decide_Queue_StartsTheFirstOrWaits()
    {
        var state = new ScheduleState { Waiting = [Noon, Noon.AddHours(1)] };

        var free = ScheduleSteps.Decide(state, OverlapRule.Queue, []);
        AssertState([Noon], 1, 0, free);

        var busy = ScheduleSteps.Decide(state, OverlapRule.Queue, ["run"]);
        AssertState([], 2, 0, busy);

        // What is being started already runs, as far as the next one is concerned.
        Assert.Equal([Noon], ScheduleSteps.Decide(free, OverlapRule.Queue, []).Starting);
    }

    [Fact]
    public void Decide_Allow_StartsAll()
    {
        var state = ScheduleSteps.Decide(new ScheduleState { Waiting = [Noon, Noon.AddHours(1)] }, OverlapRule.Allow, ["run"]);
        Assert.Equal([Noon, Noon.AddHours(1)], state.Starting);
        Assert.Empty(state.Waiting);
    }

    [Fact]
    public void Started_ManyRuns_RemembersTheLatest()
    {
        var state = new ScheduleState();
        for (var i = 0; i < 40; i++) state = ScheduleSteps.NoteStarted(state, Noon.AddHours(i), $"run-{i}", Noon);
        Assert.Equal(Enumerable.Range(24, 16).Select(i => $"run-{i}"), state.Active);
        Assert.Equal(40, state.Started);
    }

    [Fact]
    public void Redefine_OtherArguments_LosesNoDueTime()
    {
        var schedule = Hourly();
        var changed = ScheduleSteps.Redefine(schedule, schedule.Definition with { Priority = 3 }, Noon.AddHours(2.5), Noon);
        Assert.Equal([Noon, Noon.AddHours(1), Noon.AddHours(2)], changed.State.Waiting);
        Assert.Equal(Noon.AddHours(3), changed.State.Due);
    }

    [Fact]
    public void Redefine_OtherTimes_StartsFromNow()
    {
        var schedule = Hourly();
        var changed = ScheduleSteps.Redefine(schedule, schedule.Definition with { Cron = "30 * * * *" }, Noon.AddHours(2), Noon);
        Assert.Equal(Noon.AddHours(2.5), changed.State.Due);
    }

    [Fact]
    public void Redefine_PausedAndResumed_MakesUpForNothing()
    {
        var schedule = Hourly(CatchUpRule.All, new ScheduleState { Due = Noon, Waiting = [Noon.AddHours(-1)] });
        var paused = ScheduleSteps.Redefine(schedule, schedule.Definition with { Enabled = false }, Noon, Noon);
        Assert.Null(ScheduleSteps.FindNextLook(paused, Noon));
        Assert.Empty(paused.State.Waiting);

        var resumed = ScheduleSteps.Redefine(paused, paused.Definition with { Enabled = true }, Noon.AddHours(7.5), Noon);
        Assert.Equal(Noon.AddHours(8), resumed.State.Due);
    }

    [Fact]
    public void NextLook_Claimed_IsWhenTheClaimEnds()
    {
        var schedule = Hourly(state: new ScheduleState { Due = Noon, Starting = [Noon.AddHours(-1)], ClaimedUntil = Noon.AddMinutes(1) });
        Assert.Equal(Noon.AddMinutes(1), ScheduleSteps.FindNextLook(schedule, Noon));
    }

    private static void AssertState(DateTimeOffset[] starting, int waiting, long skipped, ScheduleState actual)
    {
        Assert.Equal(starting, actual.Starting);
        Assert.Equal(waiting, actual.Waiting.Count);
        Assert.Equal(skipped, actual.Skipped);
    }
}
