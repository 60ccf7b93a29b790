using Azure.Data.Tables;

namespace Serverless.Jobs;

/// <summary>A job as a row of its <see cref="JobTable{TJob}"/>; the row key is its id.</summary>
internal interface IJobRow : ITableEntity
{
    /// <summary>The name of its state; <c>Running</c> from the start on.</summary>
    string State { get; set; }

    /// <summary>When the job was accepted.</summary>
    DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it came to its end; null while it has not.</summary>
    DateTimeOffset? EndedAt { get; set; }

    /// <summary>Its orchestration was started: if there is none any more, somebody ended it and deleted its history.</summary>
    bool IsBegun { get; set; }

    /// <summary>The error of a job that was started and has no orchestration.</summary>
    public const string Lost =
        "It was ended from outside, and its history deleted, before anything was noted of its end. Start it again if it is still wanted.";
}
