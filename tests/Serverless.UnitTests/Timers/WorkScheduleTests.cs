using System.Globalization;
using Microsoft.Extensions.Configuration;
using Serverless.Timers;

namespace Serverless.UnitTests.Timers;

public sealed class WorkScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 10, TimeSpan.Zero);

    [Theory]
    [InlineData("*/30 * * * * *", "12:00:30", true)]
    [InlineData("0 * * * * *", "12:01:00", true)]
    [InlineData("* * * * *", "12:01:00", true)]
    [InlineData("0 */10 * * * *", "12:10:00", false)]
    [InlineData("0 5-55/10 * * * *", "12:05:00", false)]
    [InlineData("00:00:45", "12:00:55", true)]
    [InlineData("01:00:00", "13:00:10", false)]
    public void FindNext_OfEachForm_IsTheFirstAfter(string text, string next, bool isFrequent)
    {
        var schedule = WorkSchedule.Parse(text)!;

        Assert.Equal(Now.Date + TimeSpan.Parse(next, CultureInfo.InvariantCulture), schedule.FindNext(Now)!.Value.UtcDateTime);
        Assert.Equal(isFrequent, schedule.IsFrequent(Now));
    }

    [Theory]
    [InlineData("off")]
    [InlineData("OFF")]
    public void Parse_Off_IsNoSchedule(string text) => Assert.Null(WorkSchedule.Parse(text));

    [Theory]
    [InlineData("daily")]
    [InlineData("-01:00:00")]
    [InlineData("0 0 25 * * *")]
    [InlineData("* *")]
    public void Parse_NoSchedule_SaysWhatIsExpected(string text) =>
        Assert.Contains("NCRONTAB", Assert.Throws<FormatException>(() => WorkSchedule.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_Faulty_AreAllNamed()
    {
        var settings = new ClockSettings();
        settings.Read(
            new ConfigurationBuilder().AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["ClockSchedule"] = "off",
                    ["TaskCleanupSchedule"] = "daily",
                    ["CleanupSchedule"] = "off",
                }).Build());

        var faults = new ClockSettings.Validator().Validate(null, settings).Failures!.ToList();

        Assert.Equal(2, faults.Count);
        Assert.Contains(faults, f => f.StartsWith("ClockSchedule: ", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("TaskCleanupSchedule: 'daily'", StringComparison.Ordinal));
        Assert.Null(settings.Find("Cleanup"));
        Assert.NotNull(settings.Find("HealthCheck"));
    }
}
