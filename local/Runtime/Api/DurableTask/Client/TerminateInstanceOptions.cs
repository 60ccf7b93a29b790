namespace Microsoft.DurableTask.Client;

/// <param name="Output">The instance's output from then on.</param>
/// <param name="Recursive">Whether to terminate the sub-orchestrations too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
