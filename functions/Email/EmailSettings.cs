using System.ComponentModel.DataAnnotations;

namespace Serverless.Email;

/// <summary>The app's settings for mail jobs, read from <c>Mail__*</c>.</summary>
internal sealed class EmailSettings
{
    /// <summary>A folder that messages are written to as <c>.eml</c> files while no SMTP host is set.</summary>
    /// <value>None by default: then they go to the container <c>mail</c>, under <c>outbox/</c>.</value>
    public string? Folder { get; set; }

    /// <summary>The <c>List-Unsubscribe</c> address of jobs that give none: a Liquid template of an https or mailto address.</summary>
    /// <value>None by default.</value>
    public string? Unsubscribe { get; set; }

    /// <summary>Recipients of one batch when the request does not say, and no earlier batch was measured.</summary>
    /// <value>100 by default.</value>
    [Range(1, 1_000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>
    /// The number of batches of one job, each on a connection of its own, that are sent at once when the request does not say.
    /// </summary>
    /// <value>4 by default.</value>
    [Range(1, 64)]
    public int MaxParallel { get; set; } = 4;

    /// <summary>The number of further tries for a recipient that the server put off (a 4xx answer).</summary>
    /// <value>5 by default.</value>
    [Range(0, 20)]
    public int MaxRetries { get; set; } = 5;

    /// <summary>
    /// The time after the first 4xx answer at which a recipient is tried again; three times as long after each further one, at most 4
    /// hours.
    /// </summary>
    /// <value>1 minute by default, so that five retries reach over two hours.</value>
    [Range(typeof(TimeSpan), "00:00:01", "04:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The time that a job waits for a mail server that cannot be reached or lets nobody in, before it fails.</summary>
    /// <value>24 hours by default.</value>
    [Range(typeof(TimeSpan), "00:01:00", "14.00:00:00")]
    public TimeSpan MaxOutage { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The time that a batch may work before what is left of it is started anew, well below the function timeout.</summary>
    /// <value>10 minutes by default.</value>
    [Range(typeof(TimeSpan), "00:00:10", "00:25:00")]
    public TimeSpan BatchTimeLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The interval at which a batch looks whether its job still runs.</summary>
    /// <value>2 seconds by default.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CancelPoll { get; set; } = TimeSpan.FromSeconds(2);
}
