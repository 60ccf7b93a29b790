using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs;
using Serverless.Email;
using Serverless.Tasks;

namespace Serverless.Local.Jobs;

/// <summary>The form log lines are written in.</summary>
internal sealed class LogLineOptions : ConsoleFormatterOptions
{
    /// <summary>Every exception with its stack trace. Default: not those for what a user did.</summary>
    public bool IsVerbose { get; set; }
}

/// <summary>
/// One line for each entry. A stack trace helps with a fault of code; it does not with a file's wrong header or a cancelled job.
/// </summary>
internal sealed class LogLineFormatter(IOptionsMonitor<LogLineOptions> options, TimeProvider? time = null)
    : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var id = logEntry.EventId.Id.ToString(CultureInfo.InvariantCulture);
        var line = $"{Level(logEntry.LogLevel)}: {logEntry.Category}[{id}] {message}".ReplaceLineEndings(" ");
        var prefix = (time ?? TimeProvider.System).GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture);
        if (logEntry.Exception is not { } exception) textWriter.WriteLine(prefix + line);
        else if (options.CurrentValue.IsVerbose || !IsUsers(exception))
            textWriter.WriteLine($"{prefix}{line}{Environment.NewLine}{exception}");
        else textWriter.WriteLine(
            line.Contains(exception.Message, StringComparison.Ordinal)
                ? prefix + line : $"{prefix}{line}: {exception.Message.ReplaceLineEndings(" ")}");
    }

    private static bool IsUsers(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is CsvJobException or MailJobException or TaskValidationException or OperationCanceledException
                or TaskFailedException or AddressInUseException) return true;
        }

        return false;
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
