using Microsoft.DurableTask.Client;

namespace Serverless.Local.Runtime.Durable;

/// <summary>An instance as it is stored, finished or not.</summary>
internal sealed record InstanceRow(
    long Key, string Id, string Name, string Version, OrchestrationRuntimeStatus Status, DateTime Created, DateTime Updated)
{
    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public string? Failure { get; init; }

    public string? Tags { get; init; }
}
