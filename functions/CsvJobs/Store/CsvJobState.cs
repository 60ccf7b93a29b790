namespace Serverless.CsvJobs.Store;

/// <summary>The states of a job.</summary>
internal enum CsvJobState
{
    /// <summary>Accepted; its orchestration is starting or at work.</summary>
    Running,

    /// <summary>The output is being made visible: too late to cancel.</summary>
    Committing,

    /// <summary>The output is there.</summary>
    Completed,

    /// <summary>It gave up; nothing was committed but rejects.</summary>
    Failed,

    /// <summary>It was cancelled; nothing was committed.</summary>
    Cancelled,
}
