namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer tells its function.</summary>
public class TimerInfo
{
    /// <summary>The schedule's last and next run; null where it is not remembered.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>The run comes later than its schedule says, because the host was down.</summary>
    public bool IsPastDue { get; set; }
}
