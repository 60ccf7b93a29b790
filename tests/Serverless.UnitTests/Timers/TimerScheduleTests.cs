using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Runtime.Timers;

namespace Serverless.UnitTests.Timers;

public sealed class TimerScheduleTests
{
    private static readonly DateTime Now = new(2026, 3, 1, 10, 2, 30, DateTimeKind.Utc);

    [Theory]
    [InlineData("0 */5 * * * *", "2026-03-01T10:05:00")]
    [InlineData("*/30 * * * * *", "2026-03-01T10:03:00")]
    [InlineData("0 0 2 * * *", "2026-03-02T02:00:00")]
    [InlineData("0 30 9 * * Mon-Fri", "2026-03-02T09:30:00")]
    [InlineData("0 0 0 29 2 *", "2028-02-29T00:00:00")]
    [InlineData("0 11 * * *", "2026-03-01T11:00:00")]
    [InlineData("00:10:00", "2026-03-01T10:12:30")]
    [InlineData("1.00:00:00", "2026-03-02T10:02:30")]
    public void Next_Schedule_IsTheFirstTimeAfter(string text, string expected)
    {
        var next = TimerSchedule.Parse(text, Now).FindNext(Now);
        Assert.Equal(DateTime.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), next);
        Assert.Equal(DateTimeKind.Utc, next.Kind);
    }

    [Theory]
    [InlineData("every day")]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("00:00:00")]
    [InlineData("-00:01:00")]
    [InlineData("0 61 * * * *")]
    [InlineData("0 0 0 30 2 *")]
    public void Parse_NoSchedule_SaysWhatOneIs(string text) =>
        Assert.Contains(
            $"'{text}'", Assert.Throws<BindingFaultException>(() => TimerSchedule.Parse(text, Now)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("*/59 * * * * *", true)]
    [InlineData("0,30 0 0 * * *", true)]
    [InlineData("0 * * * * *", false)]
    [InlineData("00:00:59", true)]
    [InlineData("00:01:00", false)]
    public void IsFrequent_UnderAMinute_IsTrue(string text, bool expected) =>
        Assert.Equal(expected, TimerSchedule.Parse(text, Now).IsFrequent(Now));
}
