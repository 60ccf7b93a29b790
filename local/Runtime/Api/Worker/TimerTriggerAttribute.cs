using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Starts a function on a schedule.</summary>
/// <param name="schedule">Six-field NCRONTAB (seconds first), an interval (<c>hh:mm:ss</c>), or <c>%Setting%</c> that holds either.</param>
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>The schedule as written.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>
    /// Remember the schedule, so that a run missed while the host was down is made up for. Default: true; without effect
    /// for schedules shorter than a minute.
    /// </summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Run once when the host starts. Default: false.</summary>
    public bool RunOnStartup { get; set; }
}
