using System.ComponentModel.DataAnnotations;

namespace Serverless.Cleanup;

/// <summary>The time for which what is done with is kept, read from <c>Cleanup__*</c>. Tasks have a time to live each.</summary>
internal sealed class CleanupSettings
{
    /// <summary>Orchestrations, from their end.</summary>
    /// <value>7 days by default.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan Orchestrations { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Workflow runs, their steps and values, from their end.</summary>
    /// <value>30 days by default.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan WorkflowRuns { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The monitor's executions and totals.</summary>
    /// <value>30 days by default.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan Executions { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Mail jobs, with their ledgers, from their end.</summary>
    /// <value>30 days by default.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan Mail { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Notifications, from their end.</summary>
    /// <value>30 days by default.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan Notifications { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The log of actions.</summary>
    /// <value>90 days by default.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Actions { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The age at which the staged leftovers of a CSV job go.</summary>
    /// <value>2 days by default.</value>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan Leftovers { get; set; } = TimeSpan.FromDays(2);

    /// <summary>A table whose rows are deleted once the time in their column <c>ExpiresAt</c> is past. It need not exist.</summary>
    /// <value>Sessions by default.</value>
    [RegularExpression("^[A-Za-z][A-Za-z0-9]{2,62}$")]
    public string SessionsTable { get; set; } = "Sessions";
}
