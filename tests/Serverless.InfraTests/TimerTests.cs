using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Serverless.Local;
using Serverless.Local.Runtime.Timers;

namespace Serverless.InfraTests;

public sealed partial class TimerTests
{
    private static readonly List<string> Expressions =
    [
        .. typeof(TimerSettings).Assembly.GetTypes().SelectMany(t => t.GetMethods()).SelectMany(m => m.GetParameters())
            .Select(p => p.GetCustomAttribute<TimerTriggerAttribute>()?.Schedule).OfType<string>(),
    ];

    [Fact]
    public void Timers_AllTakeTheirScheduleFromASetting_AndEverySettingHasATimer() =>
        Assert.Equal(
            TimerSettings.Read().Keys.Select(k => $"%{k}%").Order(StringComparer.Ordinal), Expressions.Order(StringComparer.Ordinal));

    [Fact]
    public void Settings_AreSchedules_UnderNamesThatEveryPlatformTakes() => Assert.All(TimerSettings.Read(), timer =>
    {
        // No colon and no underscores: Linux writes one as the other, and whoever scales the app looks the name up as it stands.
        Assert.Matches(Name(), timer.Key);
        TimerSchedule.Parse(timer.Value!, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    });

    [GeneratedRegex("^[A-Z][A-Za-z]+Schedule$")]
    private static partial Regex Name();
}
