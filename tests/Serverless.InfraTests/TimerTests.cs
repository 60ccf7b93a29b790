using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local;
using Serverless.Local.Runtime.Timers;
using Serverless.Timers;

namespace Serverless.InfraTests;

public sealed partial class TimerTests
{
    /// <summary>The settings of the timers that are functions.</summary>
    internal static IReadOnlyList<string> Triggers { get; } =
    [
        .. typeof(TimerSettings).Assembly.GetTypes().SelectMany(t => t.GetMethods()).SelectMany(m => m.GetParameters())
            .Select(p => p.GetCustomAttribute<TimerTriggerAttribute>()?.Schedule).OfType<string>()
            .Select(e => Setting().Match(e).Groups[1].Value),
    ];

    // What the clock calls.
    private static readonly List<Type> Works =
        [.. typeof(TimerSettings).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(ITimedWork)))];

    [Fact]
    public void Timers_AllTakeTheirScheduleFromASetting_AndEverySettingHasATimerOrWork() =>
        Assert.Equal(
            TimerSettings.Read().Keys.Order(StringComparer.Ordinal),
            Triggers.Concat(Works.Select(NameOf).Select(n => n + ClockSettings.Suffix))
                .Order(StringComparer.Ordinal));

    [Fact]
    public void Work_OfTheClock_IsAllRegistered()
    {
        var services = new ServiceCollection().AddServerless(new ConfigurationBuilder().Build());

        Assert.Equal(
            Works.Select(w => w.Name).Order(StringComparer.Ordinal),
            services.Where(s => s.ServiceType == typeof(ITimedWork)).Select(s => s.ImplementationType!.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_AreSchedules_UnderNamesThatEveryPlatformTakes() => Assert.All(TimerSettings.Read(), timer =>
    {
        // No colon and no underscores: Linux writes one as the other, and whoever scales the app looks the name up as it stands.
        Assert.Matches(Name(), timer.Key);
        var now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal(
            TimerSchedule.Parse(timer.Value!, now).FindNext(now), WorkSchedule.Parse(timer.Value!)!.FindNext(now)!.Value.UtcDateTime);
    });

    // Names are constants: no work is needed to say its own.
    private static string NameOf(Type work) => ((ITimedWork)RuntimeHelpers.GetUninitializedObject(work)).Name;

    [GeneratedRegex("^%(.+)%$")]
    private static partial Regex Setting();

    [GeneratedRegex("^[A-Z][A-Za-z]+Schedule$")]
    private static partial Regex Name();
}
