using Azure;
using Serverless.Jobs;

namespace Serverless.Email.Jobs.Store;

/// <summary>A job as the table <c>MailJobs</c> holds it.</summary>
internal sealed class MailJobEntity : IJobRow
{
    /// <summary>The name of such a job, for people.</summary>
    public const string Name = "mail job";

    /// <inheritdoc/>
    public string PartitionKey { get; set; } = "";

    /// <summary>The job's id.</summary>
    public string RowKey { get; set; } = "";

    /// <inheritdoc/>
    public DateTimeOffset? Timestamp { get; set; }

    /// <inheritdoc/>
    public ETag ETag { get; set; }

    /// <summary>The request by its members' hashes: the same key with another request is a mistake.</summary>
    public string Request { get; set; } = "";

    /// <summary>The blob of the <see cref="MailJob"/> in the job's folder.</summary>
    public string Description { get; set; } = "";

    /// <summary>The template's name.</summary>
    public string Template { get; set; } = "";

    /// <summary>The list of recipients, container included.</summary>
    public string Recipients { get; set; } = "";

    /// <summary>A <see cref="MailJobState"/>.</summary>
    public string State { get; set; } = nameof(MailJobState.Running);

    /// <inheritdoc/>
    public DateTimeOffset CreatedAt { get; set; }

    /// <inheritdoc/>
    public bool IsBegun { get; set; }

    /// <inheritdoc/>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The reason of the failure.</summary>
    public string? Error { get; set; }

    /// <summary>Recipients in the list, at the end.</summary>
    public long? Total { get; set; }

    /// <summary>Messages that the server took, at the end.</summary>
    public long? Successful { get; set; }

    /// <summary>Recipients that failed, at the end.</summary>
    public long? Failed { get; set; }

    /// <summary>Recipients on the suppression list, at the end.</summary>
    public long? Suppressed { get; set; }

    /// <summary>The blob that names all failed recipients, when there are many.</summary>
    public string? FailedSendsBlob { get; set; }

    /// <summary>The state, typed.</summary>
    public MailJobState GetState() => Enum.Parse<MailJobState>(State);
}
