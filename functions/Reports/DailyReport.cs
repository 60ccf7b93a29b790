namespace Serverless.Reports;

/// <summary>The runs of one day, in UTC.</summary>
/// <param name="Date">The day.</param>
/// <param name="Made">When the report was made.</param>
/// <param name="Total">All runs.</param>
/// <param name="Tasks">By task, the most runs first.</param>
/// <param name="Queues">By queue, in the order of <c>infra/queues.json</c>; what ran outside of queues comes last.</param>
/// <param name="Hours">By hour, all 24.</param>
/// <param name="Errors">Failed runs by error class, the most first.</param>
/// <param name="Csv">CSV jobs that were accepted that day.</param>
/// <param name="Mail">Mail jobs that were accepted that day; null in reports from before there were any.</param>
internal sealed record DailyReport(
    DateOnly Date, DateTimeOffset Made, RunLine Total, IReadOnlyList<RunLine> Tasks, IReadOnlyList<QueueLine> Queues,
    IReadOnlyList<HourLine> Hours,
    IReadOnlyList<ErrorLine> Errors, CsvSection Csv, MailSection? Mail);

/// <summary>Counts and times of the runs of one name.</summary>
/// <param name="Name">The task or queue.</param>
/// <param name="Runs">Runs that ended.</param>
/// <param name="Succeeded">Runs that ended with a result.</param>
/// <param name="Failed">Runs after which the task was given up.</param>
/// <param name="Retried">Runs after which the task was scheduled again.</param>
/// <param name="Revoked">Runs that were revoked.</param>
/// <param name="SuccessRate">Of the tasks that came to an end, the share that succeeded; null when none did.</param>
/// <param name="MeanSeconds">The mean duration.</param>
/// <param name="P95Seconds">The duration that 95 of 100 runs do not exceed.</param>
/// <param name="MaxSeconds">The longest.</param>
/// <param name="Slowest">The id of the task whose run that was.</param>
internal sealed record RunLine(
    string Name, long Runs, long Succeeded, long Failed, long Retried, long Revoked, double? SuccessRate, double MeanSeconds,
    double P95Seconds, double MaxSeconds, string? Slowest);

/// <summary>A queue.</summary>
/// <param name="Runs">What ran from it.</param>
/// <param name="DeadLetters">Dead letters that lay there when the report was made; null where there can be none.</param>
/// <param name="Waiting">Messages that waited then; null likewise.</param>
internal sealed record QueueLine(RunLine Runs, long? DeadLetters, long? Waiting);

/// <summary>An hour.</summary>
/// <param name="Hour">0 to 23.</param>
/// <param name="Runs">Runs that ended.</param>
/// <param name="Failed">Runs after which the task was given up.</param>
internal sealed record HourLine(int Hour, long Runs, long Failed);

/// <summary>Failed runs of an error class.</summary>
internal sealed record ErrorLine(string Error, long Runs);

/// <summary>CSV jobs.</summary>
/// <param name="Jobs">How many were accepted.</param>
/// <param name="Completed">Of these, how many have completed.</param>
/// <param name="Failed">How many have failed.</param>
/// <param name="Rows">Records that were read.</param>
/// <param name="Rejected">Records among them that were rejected.</param>
/// <param name="RowsPerSecond">Records of completed jobs by the jobs' time; null when none has completed.</param>
/// <param name="Largest">The ten with the most records.</param>
internal sealed record CsvSection(
    int Jobs, int Completed, int Failed, long Rows, long Rejected, double? RowsPerSecond, IReadOnlyList<CsvLine> Largest);

/// <summary>A CSV job.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Path">The file within <c>incoming</c>.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Rows">Records read; null when not known.</param>
/// <param name="Rejected">Records rejected.</param>
/// <param name="Seconds">From its start to its end; null while it runs.</param>
internal sealed record CsvLine(string Id, string Path, string State, long? Rows, long? Rejected, double? Seconds);

/// <summary>Mail jobs.</summary>
/// <param name="Jobs">How many were accepted.</param>
/// <param name="Completed">Of these, how many have completed.</param>
/// <param name="Failed">How many have failed as a whole.</param>
/// <param name="Sent">Messages that the server took.</param>
/// <param name="Refused">Recipients that could not be sent to.</param>
/// <param name="Suppressed">Recipients on the suppression list.</param>
internal sealed record MailSection(int Jobs, int Completed, int Failed, long Sent, long Refused, long Suppressed);
