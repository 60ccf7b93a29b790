using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The options of the engine.</summary>
internal sealed record DurableEngineOptions(SqliteStore Store)
{
    /// <summary>At least 1; ten a core by default.</summary>
    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>At least 1; ten a core by default.</summary>
    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The worker's default: System.Text.Json, names read without regard to case.</summary>
    public DataConverter Converter { get; init; } = DefaultConverter;

    /// <summary>The time that a stop waits for the activities that run.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of bytes of history that stay in memory. More is read again when it is needed.</summary>
    public long HistoryCacheBytes { get; init; } = 64 * 1024 * 1024;

    public VersionRule Versions { get; init; } = new();

    /// <summary>The version of what is started without one.</summary>
    public string? DefaultVersion => Versions.Default;

    public static DataConverter DefaultConverter { get; } = new JsonDataConverter(new() { PropertyNameCaseInsensitive = true });
}
