using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Resilience;

namespace Serverless.Tasks.Running;

/// <summary>Gives what handlers log to the log of their task, but for what libraries below them say.</summary>
internal sealed class TaskLogProvider : ILoggerProvider
{
    private static readonly string[] Libraries = ["Microsoft.", "System.", "Azure.", "Grpc.", "Polly"];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        Libraries.Any(l => categoryName.StartsWith(l, StringComparison.Ordinal)) ? NullLogger.Instance : new Logger();

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Logger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && TaskLog.Current is not null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (TaskLog.Current is not { } log || logLevel == LogLevel.None) return;
            var message = formatter(state, exception);
            log.Add(logLevel, exception is null ? message : $"{message} ({ErrorName.Of(exception)}: {exception.Message})");
        }
    }
}
