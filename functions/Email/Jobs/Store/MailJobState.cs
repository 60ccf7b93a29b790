namespace Serverless.Email.Jobs.Store;

/// <summary>The states of a mail job.</summary>
internal enum MailJobState
{
    /// <summary>Accepted; its orchestration is starting or at work.</summary>
    Running,

    /// <summary>Every recipient was sent to, or is among the failed ones.</summary>
    Completed,

    /// <summary>It gave up.</summary>
    Failed,

    /// <summary>It was cancelled; what was sent by then is sent.</summary>
    Cancelled,
}
