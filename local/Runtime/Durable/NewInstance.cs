namespace Serverless.Local.Runtime.Durable;

/// <summary>An orchestration to start.</summary>
internal sealed record NewInstance(string Id, string Name, DateTime Created)
{
    public string Version { get; init; } = "";

    public string? Input { get; init; }

    /// <summary>As JSON.</summary>
    public string? Tags { get; init; }

    public DateTime? StartAt { get; init; }

    public ParentStep? Parent { get; init; }
}
