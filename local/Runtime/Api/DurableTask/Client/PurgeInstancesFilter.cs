namespace Microsoft.DurableTask.Client;

/// <summary>Which finished instances to purge. Null: all.</summary>
/// <param name="CreatedFrom">Created then or later.</param>
/// <param name="CreatedTo">Created then or earlier.</param>
/// <param name="Statuses">With one of these statuses.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null, DateTimeOffset? CreatedTo = null, IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>Stop after this time; the result then says that it is not complete. Null: no limit.</summary>
    public TimeSpan? Timeout { get; init; }
}
