namespace Microsoft.Azure.Functions.Worker;

/// <summary>Where a timer's schedule stands.</summary>
public class ScheduleStatus
{
    /// <summary>The last run that the schedule asked for; the type's default if none yet.</summary>
    public DateTime Last { get; set; }

    /// <summary>The next run that the schedule asks for.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this status was last written.</summary>
    public DateTime LastUpdated { get; set; }
}
