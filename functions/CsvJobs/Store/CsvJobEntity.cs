using System.Text.Json;
using Azure;
using Serverless.Csv.Summary;
using Serverless.Jobs;

namespace Serverless.CsvJobs.Store;

/// <summary>A job as the table <c>CsvJobs</c> holds it.</summary>
internal sealed class CsvJobEntity : IJobRow
{
    /// <summary>The name of such a job, for people.</summary>
    public const string Name = "CSV job";

    /// <inheritdoc/>
    public string PartitionKey { get; set; } = "";

    /// <summary>The job's id.</summary>
    public string RowKey { get; set; } = "";

    /// <inheritdoc/>
    public DateTimeOffset? Timestamp { get; set; }

    /// <inheritdoc/>
    public ETag ETag { get; set; }

    /// <summary>The path within <c>incoming</c> of the file, or of the folder of several.</summary>
    public string Path { get; set; } = "";

    /// <summary>The pattern of its files, where there are several.</summary>
    public string? Files { get; set; }

    /// <summary>The content that the job is about; empty when the file was missing at the start.</summary>
    public string BlobETag { get; set; } = "";

    /// <summary>The options that were asked for, as canonical JSON.</summary>
    public string Options { get; set; } = "";

    /// <summary>A <see cref="CsvJobState"/>.</summary>
    public string State { get; set; } = nameof(CsvJobState.Running);

    /// <inheritdoc/>
    public DateTimeOffset CreatedAt { get; set; }

    /// <inheritdoc/>
    public bool IsBegun { get; set; }

    /// <inheritdoc/>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The reason of the failure.</summary>
    public string? Error { get; set; }

    /// <summary>Records read, once known.</summary>
    public long? Total { get; set; }

    /// <summary>Records in the output, once known.</summary>
    public long? Accepted { get; set; }

    /// <summary>Records in the rejects, once known.</summary>
    public long? Rejected { get; set; }

    /// <summary>Probable faults of a completed job, a line each.</summary>
    public string? Warnings { get; set; }

    /// <summary>The number of commits of which a table has refused records, before the one that is at work or was the last.</summary>
    public int CommitRound { get; set; }

    /// <summary>The round of mending that is at work; null for none.</summary>
    public string? Mending { get; set; }

    /// <summary>Since when it is.</summary>
    public DateTimeOffset? MendingSince { get; set; }

    /// <summary>The rounds that have ended, as JSON.</summary>
    public string? Rounds { get; set; }

    /// <summary>The rounds that have ended, the first first.</summary>
    public IReadOnlyList<MendRound> GetRounds() =>
        Rounds is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<MendRound>>(Rounds) ?? [];

    /// <summary>True when somebody may be to be told of its end. Where its options cannot be read, it ends as well.</summary>
    public bool HasFinishTarget() =>
        Options.Contains(nameof(CsvJobOptions.OnFinished), StringComparison.OrdinalIgnoreCase);

    /// <summary>The receiver of the news that it has ended; null for nobody.</summary>
    public FinishTarget? GetFinishTarget() =>
        Options.Length == 0 ? null : JsonSerializer.Deserialize<CsvJobOptions>(Options)?.OnFinished;

    /// <summary>The state, typed.</summary>
    public CsvJobState GetState() => Enum.Parse<CsvJobState>(State);
}
