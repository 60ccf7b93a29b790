using Microsoft.Extensions.Logging;

namespace Serverless.CsvJobs;

internal static partial class Logs
{
    [LoggerMessage(2001, LogLevel.Information, "CSV job {JobId} was cancelled")]
    public static partial void JobCancelled(ILogger logger, string jobId);

    [LoggerMessage(2002, LogLevel.Information, "CSV job {JobId} was started for a blob without one")]
    public static partial void JobStartedForDrop(ILogger logger, string jobId);

    [LoggerMessage(2003, LogLevel.Warning, "A dropped blob has {Faults} options that are not valid, and was left alone: {Content}")]
    public static partial void OptionsRefused(ILogger logger, int faults, string content);

    [LoggerMessage(2004, LogLevel.Information, "CSV job {Folder} completed: {Accepted} of {Total} records accepted")]
    public static partial void JobCompleted(ILogger logger, string folder, long accepted, long total);

    [LoggerMessage(2501, LogLevel.Information, "CSV job {JobId} found {Duplicates} records that repeat a key")]
    public static partial void DuplicatesFound(ILogger logger, string jobId, long duplicates);

    [LoggerMessage(2006, LogLevel.Warning, "What CSV job {JobId} has loaded and no longer needs could not be dropped")]
    public static partial void LoadNotDropped(ILogger logger, string jobId, Exception exception);

    [LoggerMessage(2007, LogLevel.Information, "CSV job {JobId} was mended: {Accepted} records accepted, {Rejected} still wrong")]
    public static partial void JobMended(ILogger logger, string jobId, long accepted, long rejected);

    [LoggerMessage(2008, LogLevel.Information, "It was told that CSV job {JobId} has ended")]
    public static partial void JobEndTold(ILogger logger, string jobId);

    [LoggerMessage(2009, LogLevel.Information, "The table of CSV job {JobId} refused {Refused} records when all were loaded")]
    public static partial void LoadRefused(ILogger logger, string jobId, long refused);

    [LoggerMessage(2005, LogLevel.Warning, "CSV job {Folder} failed")]
    public static partial void JobFailed(ILogger logger, string folder);
}
