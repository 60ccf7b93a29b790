using System.ComponentModel.DataAnnotations;

namespace Serverless.Monitoring.Health;

/// <summary>The health checks' settings, read from <c>Health__*</c>.</summary>
internal sealed class HealthSettings
{
    /// <summary>A queue with more dead letters than this degrades the app's health.</summary>
    /// <value>100 by default.</value>
    [Range(0, int.MaxValue)]
    public int MaxDeadLetters { get; set; } = 100;

    /// <summary>The time that an answer of <c>GET /api/health</c> is given again before the checks run anew.</summary>
    /// <value>15 seconds by default.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Remember { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The time that one check may take. All run at once, and load balancers give up after five seconds.</summary>
    /// <value>3 seconds by default.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(3);
}
