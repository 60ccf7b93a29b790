namespace Microsoft.Azure.Functions.Worker;

/// <summary>The addresses that control one orchestration instance.</summary>
public class HttpManagementPayload
{
    /// <summary>The instance's id.</summary>
    public string? Id { get; internal set; }

    /// <summary>DELETE removes the instance and its history.</summary>
    public string? PurgeHistoryDeleteUri { get; internal set; }

    /// <summary>Restarts the instance; null, as on Azure, where the address is not offered.</summary>
    public string? RestartPostUri { get; internal set; }

    /// <summary>POST resumes the suspended instance.</summary>
    public string? ResumePostUri { get; internal set; }

    /// <summary>Rewinds the failed instance; null, as on Azure, where the address is not offered.</summary>
    public string? RewindPostUri { get; internal set; }

    /// <summary>POST with JSON raises the event of the name that stands in place of <c>{eventName}</c>.</summary>
    public string? SendEventPostUri { get; internal set; }

    /// <summary>GET answers the instance's status.</summary>
    public string? StatusQueryGetUri { get; internal set; }

    /// <summary>POST suspends the instance.</summary>
    public string? SuspendPostUri { get; internal set; }

    /// <summary>POST terminates the instance.</summary>
    public string? TerminatePostUri { get; internal set; }
}
