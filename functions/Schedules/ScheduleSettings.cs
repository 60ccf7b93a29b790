using System.ComponentModel.DataAnnotations;

namespace Serverless.Schedules;

/// <summary>The app's settings for schedules, read from <c>Schedules__*</c>.</summary>
internal sealed class ScheduleSettings
{
    /// <summary>
    /// The time that two looks at the schedules may lie apart. After a longer time, as after a start of the app, the due times between have
    /// gone by, and the catch-up rule decides about them. More than the interval of the setting <c>SchedulerSchedule</c>.
    /// </summary>
    /// <value>2 minutes by default.</value>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The time that a look at the schedules waits for what is due soon. With the timer's minute it covers the time up to the next look, so
    /// that a run that is due before that starts on its second; while nothing is, nothing waits.
    /// </summary>
    /// <value>59 seconds by default.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Ahead { get; set; } = TimeSpan.FromSeconds(59);

    /// <summary>The time that an instance that started to start runs is left alone before another does it.</summary>
    /// <value>1 minute by default.</value>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan Claim { get; set; } = TimeSpan.FromMinutes(1);
}
