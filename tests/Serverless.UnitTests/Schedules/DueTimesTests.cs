using System.Globalization;
using Serverless.Schedules;

namespace Serverless.UnitTests.Schedules;

public sealed class DueTimesTests
{
    private static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static List<DateTimeOffset> Upcoming(ScheduleDefinition definition, string after, int count) =>
        [.. DueTimes.Of(definition).ListUpcoming(Utc(after), count)];

    private static string[] Texts(IEnumerable<DateTimeOffset> times) =>
        [.. times.Select(t => t.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture))];

    [Theory]
    [InlineData("*/15 * * * *", "2026-01-31T12:00:00Z", "2026-01-31T12:15:00+00:00")]
    [InlineData("30 2 * * MON-FRI", "2026-01-31T12:00:00Z", "2026-02-02T02:30:00+00:00")]
    [InlineData("*/10 * * * * *", "2026-01-31T12:00:01Z", "2026-01-31T12:00:10+00:00")]
    [InlineData("0 0 L * *", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00+00:00")]
    [InlineData("0 12 29 2 *", "2026-02-01T00:00:00Z", "2028-02-29T12:00:00+00:00")]
    [InlineData("@daily", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00+00:00")]
    public void Next_Cron_IsTheFirstTimeAfter(string cron, string after, string expected) =>
        Assert.Equal([expected], Texts(Upcoming(new() { Cron = cron }, after, 1)));

    [Fact]
    public void Next_DayOfMonthAndWeekday_MustBothFit()
    {
        var definition = new ScheduleDefinition { Cron = "0 9 13 * FRI", Task = "demo.add" };
        var upcoming = DueTimes.Of(definition).ListUpcoming(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 3);

        Assert.Equal(
            ["2026-02-13", "2026-03-13", "2026-11-13"], upcoming.Select(
                t => t.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Next_ATimeThatSpringLeavesOut_IsDueWhenTheClocksChange() => Assert.Equal(
        ["2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"],
        Texts(Upcoming(new() { Cron = "30 2 * * *", TimeZone = "Europe/Berlin" }, "2026-03-28T00:00:00Z", 3)));

    [Fact]
    public void Next_ATimeThatComesTwiceInAutumn_IsDueTheFirstTime() => Assert.Equal(
        ["2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"],
        Texts(Upcoming(new() { Cron = "30 2 * * *", TimeZone = "Europe/Berlin" }, "2026-10-24T00:00:00Z", 3)));

    [Fact]
    public void Next_EveryHalfHourInAutumn_IsDueInBothHours() => Assert.Equal(
        ["2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00",
            "2026-11-01T02:00:00-05:00"],
        Texts(Upcoming(new() { Cron = "*/30 * * * *", TimeZone = "America/New_York" }, "2026-11-01T04:59:00Z", 5)));

    [Fact]
    public void Next_EveryHalfHourInSpring_LeavesOutTheHourThatIsNotThere() => Assert.Equal(
        ["2026-03-08T01:30:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T03:30:00-04:00"],
        Texts(Upcoming(new() { Cron = "*/30 * * * *", TimeZone = "America/New_York" }, "2026-03-08T06:10:00Z", 3)));

    [Fact]
    public void Next_Interval_KeepsItsBeatWhateverTheClocksDo() => Assert.Equal(
        ["2026-03-29T00:00:00+01:00", "2026-03-29T07:00:00+02:00", "2026-03-29T13:00:00+02:00"],
        Texts(
            Upcoming(
                new() { Interval = TimeSpan.FromHours(6), From = Utc("2026-01-01T05:00:00Z"), TimeZone = "Europe/Berlin" },
                "2026-03-28T20:00:00Z", 3)));

    [Theory]
    [InlineData("2026-01-31T11:59:59Z", "2026-01-31T12:00:00Z")]
    [InlineData("2020-01-01T00:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:07:00Z")]
    [InlineData("2026-01-31T12:06:59Z", "2026-01-31T12:07:00Z")]
    [InlineData("2026-01-31T12:13:00Z", null)]
    public void Next_IntervalWithEnds_StaysWithin(string after, string? expected)
    {
        var sut = DueTimes.Of(
            new() { Interval = TimeSpan.FromMinutes(7), From = Utc("2026-01-31T12:00:00Z"), Until = Utc("2026-01-31T12:13:30Z") });
        Assert.Equal(expected is null ? null : Utc(expected), sut.FindNext(Utc(after)));
    }

    [Fact]
    public void Next_CronWithEnds_StaysWithin()
    {
        var sut = DueTimes.Of(new() { Cron = "0 * * * *", From = Utc("2026-01-31T12:00:00Z"), Until = Utc("2026-01-31T13:00:00Z") });
        Assert.Equal(Utc("2026-01-31T12:00:00Z"), sut.FindNext(Utc("2026-01-01T00:00:00Z")));
        Assert.Equal(Utc("2026-01-31T13:00:00Z"), sut.FindNext(Utc("2026-01-31T12:00:00Z")));
        Assert.Null(sut.FindNext(Utc("2026-01-31T13:00:00Z")));
    }

    [Theory]
    [InlineData("*/20 * * * *", null)]
    [InlineData(null, 20)]
    public void Backwards_BothEndsIncluded_IsNextReversed(string? cron, int? minutes)
    {
        var sut = DueTimes.Of(new()
        {
            Cron = cron,
            Interval = minutes is { } m ? TimeSpan.FromMinutes(m) : null,
            From = Utc("2026-01-31T10:00:00Z"),
            Until = Utc("2026-01-31T12:00:00Z"),
        });

        var backwards = sut.ListBackwards(Utc("2026-01-31T09:00:00Z"), Utc("2026-01-31T18:00:00Z")).ToList();
        Assert.Equal(sut.ListUpcoming(Utc("2026-01-01T00:00:00Z"), 100).Reverse(), backwards);
        Assert.Equal(7, backwards.Count);
        Assert.Equal(backwards[1..^1], sut.ListBackwards(backwards[^2], backwards[1]));
    }

    [Fact]
    public void Of_JitteredName_IsDeterministicBoundedAndSpread()
    {
        var due = Utc("2026-01-31T12:00:00Z");
        var offsets = Enumerable.Range(0, 1_000).Select(i => Jitter.Of($"schedule-{i}", due, 60)).ToList();

        Assert.Equal(offsets, Enumerable.Range(0, 1_000).Select(i => Jitter.Of($"schedule-{i}", due, 60)));
        Assert.All(offsets, o => Assert.InRange(o, TimeSpan.Zero, TimeSpan.FromSeconds(60)));
        Assert.Equal(61, offsets.Distinct().Count());
        Assert.NotEqual(offsets, Enumerable.Range(0, 1_000).Select(i => Jitter.Of($"schedule-{i}", due.AddDays(1), 60)));
        Assert.Equal(TimeSpan.Zero, Jitter.Of("any", due, 0));
    }
}
