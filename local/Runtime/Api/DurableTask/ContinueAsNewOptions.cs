namespace Microsoft.DurableTask;

/// <summary>How an orchestration starts over.</summary>
public class ContinueAsNewOptions
{
    public object? NewInput { get; set; }

    /// <summary>Null or empty: the version stays.</summary>
    public string? NewVersion { get; set; }

    /// <summary>Events that nobody waited for go on to the next run; true by default.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;
}
