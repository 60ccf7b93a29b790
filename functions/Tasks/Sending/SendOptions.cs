namespace Serverless.Tasks.Sending;

/// <summary>The options of a task that is sent; every member may be left out.</summary>
internal sealed record SendOptions
{
    /// <summary>The time that it waits before it may start. Not together with <see cref="Eta"/>.</summary>
    public TimeSpan? Countdown { get; init; }

    /// <summary>When it may start; a time in the past is now.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Not started after this time: revoked.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>From 0 to the queue's highest; the upper half goes to the high lane. Default 0.</summary>
    public int Priority { get; init; }

    /// <summary>A queue of <c>infra/queues.json</c>, instead of the router's.</summary>
    public string? Queue { get; init; }

    /// <summary>0 to 100; the handler's by default.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>Before the first retry after an error of no class, up to a day; the handler's by default.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>The factor of that delay from retry to retry, 1 to 10. Default 2.</summary>
    public double? RetryBackoff { get; init; }

    /// <summary>State and result are not stored. Default false.</summary>
    public bool IgnoreResult { get; init; }

    /// <summary>1 to 100 letters, digits and <c>. _ : -</c>; sending the same again sends nothing. A new one by default.</summary>
    public string? TaskId { get; init; }

    /// <summary>
    /// The id names a place in the sender's own work: sent again it is the same task, whatever has become of its arguments or its route
    /// meanwhile. Default false: another request of the same id is refused.
    /// </summary>
    public bool IsIdDerived { get; init; }

    /// <summary>One task of its name and key at a time. Not together with <see cref="TaskId"/> or <see cref="Debounce"/>.</summary>
    public UniqueRule? Unique { get; init; }

    /// <summary>It waits whether another of its name and key follows. Not together with a countdown or a time.</summary>
    public DebounceRule? Debounce { get; init; }

    /// <summary>The time that state and result are kept after the end, up to 30 days; the handler's by default.</summary>
    public TimeSpan? ResultTtl { get; init; }

    /// <summary>The tenant; by default the argument <c>tenant</c> of tasks that go to the tenants queue.</summary>
    public string? Tenant { get; init; }

    /// <summary>The task or orchestration that sends it.</summary>
    public string? ParentId { get; init; }

    /// <summary>The workflow run it belongs to.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>The batch that it becomes a member of. Not together with <see cref="Unique"/> or <see cref="IgnoreResult"/>.</summary>
    public string? Batch { get; init; }

    /// <summary>The orchestration that is sent the completion event.</summary>
    public string? NotifyInstance { get; init; }

    /// <summary>Words that it can be found by: at most 10, each 1 to 64 letters, digits and <c>. _ : -</c></summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The caller's own names and values.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
