using System.Collections.Immutable;
using System.Text.Json;
using DurableTask.Core.Exceptions;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The official client on the local engine.</summary>
internal sealed class LocalDurableTaskClient(DurableEngine engine, InstanceCommands commands, DurableEngineOptions options)
    : DurableTaskClient("local")
{
    private readonly DataConverter _converter = options.Converter;
    private readonly string _defaultVersion = options.DefaultVersion ?? "";

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation =
            default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        var id = string.IsNullOrEmpty(options?.InstanceId) ? Guid.NewGuid().ToString("N") : options.InstanceId;
        await commands.StartAsync(
            new NewInstance(id, orchestratorName.Name, engine.Now)
            {
                Input = _converter.Serialize(input),
                Version = options?.Version?.Version ?? _defaultVersion,
                StartAt = options?.StartAt?.UtcDateTime,
                Tags = options?.Tags is { Count: > 0 } tags ? JsonSerializer.Serialize(tags) : null,
            },
            ReadStatuses(options?.DedupeStatuses)).WaitAsync(cancellation);
        return id;
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        commands.RaiseEventAsync(instanceId, eventName, _converter.Serialize(eventPayload)).WaitAsync(cancellation);

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        commands.TerminateAsync(instanceId, _converter.Serialize(options?.Output), options?.Recursive ?? false).WaitAsync(cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        commands.SuspendAsync(instanceId, reason).WaitAsync(cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        commands.ResumeAsync(instanceId, reason).WaitAsync(cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, m => m.RuntimeStatus != OrchestrationRuntimeStatus.Pending, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, m => m.IsCompleted, cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return Task.FromResult(commands.Find(instanceId) is { } row ? ToMetadata(row, getInputsAndOutputs) : null);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new OrchestrationQuery();
        return Pageable.Create((token, size, _) =>
        {
            var (rows, next) = commands.List(query, token ?? query.ContinuationToken, size ?? query.PageSize);
            return Task.FromResult(
                new Page<OrchestrationMetadata>([.. rows.Select(r => ToMetadata(r, query.FetchInputsAndOutputs))], next));
        });
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        new(await commands.PurgeAsync(instanceId, options?.Recursive ?? false).WaitAsync(cancellation), isComplete: true);

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return commands.PurgeAllAsync(filter, options?.Recursive ?? false, cancellation);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var row = commands.Find(instanceId) ?? throw InstanceCommands.NoSuch(instanceId);
        if (!restartWithNewInstanceId && DurableRows.IsUnfinished(row.Status))
        {
            throw new InvalidOperationException($"Orchestration '{instanceId}' is not finished: it cannot be restarted with the same id.");
        }

        var id = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        await commands.StartAsync(
            new NewInstance(id, row.Name, engine.Now) { Input = row.Input, Version = row.Version, Tags = row.Tags }, refusing: null)
                .WaitAsync(cancellation);
        return id;
    }

    public override Task<IList<HistoryEvent>> GetOrchestrationHistoryAsync(string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var history = commands.ReadHistory(instanceId);
        return history.Count == 0 && commands.Find(instanceId) is null
            ? throw InstanceCommands.NoSuch(instanceId)
            : Task.FromResult<IList<HistoryEvent>>([.. history.Select(CoreHistory.Read)]);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static HashSet<OrchestrationRuntimeStatus>? ReadStatuses(IReadOnlyList<string>? names)
    {
        if (names is null) return null;
        var statuses = names.Select(n => Enum.TryParse<OrchestrationRuntimeStatus>(n, ignoreCase: true, out var status)
            ? status
            : throw new ArgumentException($"'{n}' is no orchestration status.")).ToHashSet();
        var replacesRunning = !statuses.IsSupersetOf(
            [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended]);
        return replacesRunning && statuses.Contains(OrchestrationRuntimeStatus.Terminated)
            ? throw new ArgumentException(
                "A running instance is terminated before it is replaced: 'Terminated' must not refuse the start then.")
            : statuses;
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, bool inputsAndOutputs, Func<OrchestrationMetadata, bool> isThere, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        while (true)
        {
            var change = engine.Signals.WaitForChange(instanceId);
            var row = commands.Find(instanceId)
                ?? throw new InvalidOperationException($"No orchestration with the ID '{instanceId}' was found.");
            if (ToMetadata(row, inputsAndOutputs) is var metadata && isThere(metadata)) return metadata;
            await change.WaitAsync(cancellation);
        }
    }

    private OrchestrationMetadata ToMetadata(InstanceRow row, bool inputsAndOutputs) => new(row.Name, row.Id)
    {
        RuntimeStatus = row.Status,
        CreatedAt = row.Created,
        LastUpdatedAt = row.Updated,
        DataConverter = inputsAndOutputs ? _converter : null,
        SerializedInput = inputsAndOutputs ? row.Input : null,
        SerializedOutput = inputsAndOutputs ? row.Output : null,
        SerializedCustomStatus = inputsAndOutputs ? row.CustomStatus ?? "null" : null,
        FailureDetails = row.Failure is { } failure ? Failures.Read(failure) : null,
        Tags = row.Tags is { } tags
            ? JsonSerializer.Deserialize<ImmutableDictionary<string, string>>(tags)! : ImmutableDictionary<string, string>.Empty,
    };
}
