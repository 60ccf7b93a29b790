using Azure.Data.Tables;

namespace Serverless.Jobs;

/// <summary>A job as a row of its <see cref="JobTable{TJob}"/>; the row key is its id.</summary>
internal interface IJobRow : ITableEntity
{
    /// <summary>The partition of all jobs, by id.</summary>
    public const string Partition = "job";

    /// <summary>When the job was accepted.</summary>
    DateTimeOffset CreatedAt { get; set; }
}
