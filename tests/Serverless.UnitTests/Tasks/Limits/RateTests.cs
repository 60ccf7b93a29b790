using Serverless.Tasks.Limits;

namespace Serverless.UnitTests.Tasks.Limits;

public sealed class RateTests
{
    private static readonly long Second = TimeSpan.TicksPerSecond;

    [Theory]
    [InlineData("100/1m", 100, 60)]
    [InlineData("1/30d", 1, 2_592_000)]
    [InlineData("1000/1s", 1_000, 1)]
    [InlineData("5/2h", 5, 7_200)]
    public void TryParse_Rate_IsWrittenTheSame(string text, int count, int seconds)
    {
        Assert.True(Rate.TryParse(text, out var rate));
        Assert.Equal(new Rate(count, TimeSpan.FromSeconds(seconds)), rate);
        Assert.Equal(text, rate.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("100")]
    [InlineData("100/")]
    [InlineData("/1m")]
    [InlineData("0/1m")]
    [InlineData("-1/1m")]
    [InlineData("1e3/1m")]
    [InlineData("1001/1s")]
    [InlineData("1000001/30d")]
    [InlineData("1/31d")]
    [InlineData("1/0s")]
    [InlineData("1/1w")]
    [InlineData(" 1/1m")]
    [InlineData("99999999999/1m")]
    [InlineData("1/99999999999d")]
    [InlineData("1/1m/1m")]
    public void TryParse_Nonsense_IsRefused(string text) => Assert.False(Rate.TryParse(text, out _));

    [Theory]
    [InlineData("1/1s", 1, 1)]
    [InlineData("10/1s", 1, 1)]
    [InlineData("10/1s", 5, 3)]
    [InlineData("1000/1s", 1, 1)]
    [InlineData("100/1m", 1, 7)]
    [InlineData("7/1h", 20, 1)]
    public void Take_WhateverComes_NoTimeHoldsMoreThanTheRate(string text, int burst, int weight)
    {
        Assert.True(Rate.TryParse(text, out var rate));
        var (pace, random) = (new RatePace(rate, burst, weight), new Random(7));
        var (state, now) = (default(RateState), Second);
        var starts = new List<long>();
        for (var i = 0; i < 20_000; i++)
        {
            // Quiet times, crowds, and starts that come as late as they may.
            now += random.Next(50) == 0 ? random.NextInt64(2 * rate.Per.Ticks) : random.NextInt64((2 * pace.Step) + 1);
            (state, var turn) = state.Take(pace, now, isCalled: random.Next(2) == 0, lead: 0);
            if (turn.MayStart) starts.Add(turn.At + random.NextInt64(pace.Tolerance + 1));
        }

        starts.Sort();
        var most = (rate.Count * weight) + (burst * weight) - 1;
        Assert.True(starts.Count > most);
        for (var i = most; i < starts.Count; i++) Assert.True(starts[i] - starts[i - most] >= rate.Per.Ticks, $"{i} of {starts.Count}");
    }

    [Fact]
    public void Take_ManyAtOnce_CallsThemOneAfterTheOther()
    {
        var pace = new RatePace(new Rate(1, TimeSpan.FromSeconds(10)), burst: 2, weight: 1);
        var state = default(RateState);
        var turns = new List<RateTurn>();
        for (var i = 0; i < 5; i++)
        {
            (state, var turn) = state.Take(pace, Second, isCalled: false, lead: 0);
            turns.Add(turn);
        }

        Assert.Equal([true, true, false, false, false], turns.Select(t => t.MayStart));
        Assert.Equal([Second, Second], turns.Take(2).Select(t => t.At));
        Assert.Equal(turns[2].At + pace.CallStep, turns[3].At);
        Assert.Equal(turns[3].At + pace.CallStep, turns[4].At);
    }

    [Fact]
    public void Take_CalledOnesAllComeLate_StartSpacedAndTheRestIsCalledAgain()
    {
        var pace = new RatePace(new Rate(10, TimeSpan.FromSeconds(10)), burst: 1, weight: 1);
        var state = default(RateState);
        for (var i = 0; i < 20; i++) (state, _) = state.Take(pace, Second, isCalled: false, lead: 0);

        var now = 100 * Second;
        var late = new List<RateTurn>();
        for (var i = 0; i < 19; i++)
        {
            (state, var turn) = state.Take(pace, now, isCalled: true, lead: 0);
            late.Add(turn);
        }

        Assert.True(late[0].MayStart);
        Assert.True(late.Skip(1).All(t => t.At > now));
        Assert.Equal(late.Count, late.Select(t => t.At).Distinct().Count());
        Assert.InRange(late.Max(t => t.At), now, now + (25 * pace.CallStep));
    }

    [Fact]
    public void Take_RateIsRaised_TimesFarAheadMeanNothing()
    {
        var slow = new RatePace(new Rate(1, TimeSpan.FromDays(1)), burst: 1, weight: 1);
        var fast = new RatePace(new Rate(10, TimeSpan.FromSeconds(1)), burst: 1, weight: 1);
        var state = default(RateState);
        for (var i = 0; i < 100; i++) (state, _) = state.Take(slow, Second, isCalled: false, lead: 0);

        var (_, turn) = state.Take(fast, 2 * Second, isCalled: false, lead: 0);

        Assert.InRange(turn.At, 2 * Second, 3 * Second);
    }

    [Fact]
    public void Take_CallWouldBeYearsAhead_IsToAskAgain()
    {
        var pace = new RatePace(new Rate(1, TimeSpan.FromDays(30)), burst: 1, weight: 1);
        var state = default(RateState);
        RateTurn turn = default;
        for (var i = 0; i < 1_000; i++) (state, turn) = state.Take(pace, Second, isCalled: false, lead: 0);

        Assert.Equal(new RateTurn(MayStart: false, Second + TimeSpan.FromDays(30).Ticks), turn);
        Assert.True(state.Called < TimeSpan.FromDays(100).Ticks);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Spread_RaceWasLost_IsWithinTwiceTheLine(double share)
    {
        var pace = new RatePace(new Rate(1, TimeSpan.FromSeconds(1)), burst: 1, weight: 1);

        var call = RateState.Spread(pace, call: 100 * Second, now: 40 * Second, others: 2, share);

        Assert.Equal((100 + (60 * share)) * Second, call, Second / 10.0);
    }
}
