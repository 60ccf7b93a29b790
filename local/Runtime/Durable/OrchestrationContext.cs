using System.Globalization;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Durable;

/// <summary>What the orchestrator's code sees in one turn: it numbers the steps and holds them against the recorded ones.</summary>
internal sealed class OrchestrationContext(
    Instance instance, IReadOnlyList<HistoryEvent> recorded, OrchestratorThread thread, DataConverter converter, ILoggerFactory logging)
    : TaskOrchestrationContext
{
    private readonly Dictionary<int, PendingStep> _pending = [];
    private readonly List<CancellationTokenRegistration> _registrations = [];
    private int _nextStep;
    private int _guids;
    private object? _customStatus;

    public override TaskName Name { get; } = new(instance.Name);

    public override string InstanceId => instance.Id;

    public override ParentOrchestrationInstance? Parent => instance.Parent?.Official;

    public override string Version => instance.Version;

    public override DateTime CurrentUtcDateTime => Now;

    public override bool IsReplaying => Replaying;

    public DateTime Now { get; set; }

    public bool Replaying { get; set; } = true;

    /// <summary>The steps that the code scheduled after its replay.</summary>
    public List<HistoryEvent> NewSteps { get; } = [];

    /// <summary>The timers that the code cancelled after its replay.</summary>
    public List<int> CancelledTimers { get; } = [];

    /// <summary>Not null once the code left its history.</summary>
    public OrchestratorDeviationException? Deviation { get; private set; }

    public ContinueAsNewOptions? Again { get; private set; }

    public ExternalEvents Events { get; } = new(converter);

    public int ScheduledSteps => _nextStep;

    /// <summary>True if nothing that the code may wait for is left to come.</summary>
    public bool NothingPending => _pending.Count == 0 && Events.OpenWaits == 0;

    protected override ILoggerFactory LoggerFactory => logging;

    public string? SerializeCustomStatus() => converter.Serialize(_customStatus);

    /// <summary>Lets go of the tokens that the code handed in.</summary>
    public void Close()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    public void End(HistoryEvent end)
    {
        if (_pending.Remove(end.Step, out var step)) step.End(end, converter);
    }

    public void Deviate(string message) => Deviation ??= new OrchestratorDeviationException($"Orchestrator '{instance.Name}' is not deterministic: {message}");

    public override T GetInput<T>()
        where T : default
    {
        CheckThread();
        return converter.Deserialize<T>(instance.Input)!;
    }

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        CheckThread();
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        return Retrying.RunAsync(this, options?.Retry, () => Schedule<TResult>(new HistoryEvent(HistoryEventKind.TaskScheduled, Now)
        {
            Name = name.Name,
            Data = converter.Serialize(input),
            Tags = WriteTags(options),
        }));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        CheckThread();
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        var own = options as SubOrchestrationOptions;
        var id = own?.InstanceId ?? NewGuid().ToString("N");
        return Retrying.RunAsync(this, options?.Retry, () => Schedule<TResult>(new HistoryEvent(HistoryEventKind.SubOrchestrationInstanceCreated, Now)
        {
            Name = orchestratorName.Name,
            Data = converter.Serialize(input),
            Target = id,
            Version = own?.Version?.Version,
            Tags = WriteTags(options),
        }));
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        CheckThread();
        var timer = Add(new PendingStep<bool>(Number(new HistoryEvent(HistoryEventKind.TimerCreated, Now) { FireAt = fireAt.ToUniversalTime() })));
        OnCancel(() => Cancel(timer, cancellationToken), cancellationToken);
        return timer.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        CheckThread();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var (wait, cancel) = Events.Wait<T>(eventName, cancellationToken);
        OnCancel(cancel, cancellationToken);
        return wait;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        CheckThread();
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        Number(new HistoryEvent(HistoryEventKind.EventSent, Now) { Name = eventName, Data = converter.Serialize(payload), Target = instanceId });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        CheckThread();
        _customStatus = customStatus;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckThread();
        Again = options;
    }

    public override Guid NewGuid()
    {
        CheckThread();
        return DeterministicGuid.Create(string.Create(CultureInfo.InvariantCulture, $"{InstanceId}_{Now:o}_{_guids++}"));
    }

    private static string? WriteTags(TaskOptions? options) => options?.Tags is { Count: > 0 } tags ? JsonSerializer.Serialize(tags) : null;

    private Task<T> Schedule<T>(HistoryEvent step) => Add(new PendingStep<T>(Number(step))).Task;

    private PendingStep<T> Add<T>(PendingStep<T> step)
    {
        _pending.Add(step.Scheduled.Step, step);
        return step;
    }

    private void Cancel(PendingStep<bool> timer, CancellationToken token)
    {
        if (!timer.TryCancel(token)) return;
        _pending.Remove(timer.Scheduled.Step);
        if (!Replaying) CancelledTimers.Add(timer.Scheduled.Step);
    }

    // A token that others cancel (the host's, at its stop) must not run the orchestrator's code on their thread, or after its turn.
    private void OnCancel(Action cancel, CancellationToken token)
    {
        if (!token.CanBeCanceled) return;
        _registrations.Add(token.Register(() =>
        {
            if (thread.IsHere) cancel();
        }));
    }

    private HistoryEvent Number(HistoryEvent step)
    {
        var numbered = step with { Step = _nextStep++ };
        if (numbered.Step >= recorded.Count)
        {
            if (Replaying) Deviate($"this replay scheduled {Describe(numbered)}, which its history does not have.");
            else NewSteps.Add(numbered);
        }
        else if (recorded[numbered.Step] is var known && (known.Kind != step.Kind || !SameName(known, step)))
        {
            Deviate($"this replay scheduled {Describe(numbered)}, where its history has {Describe(known)}.");
        }

        return Deviation is null ? numbered : throw Deviation;
    }

    private static bool SameName(HistoryEvent a, HistoryEvent b) => string.Equals(a.Name, b.Name, StringComparison.OrdinalIgnoreCase);

    internal static string Describe(HistoryEvent step) => step.Kind switch
    {
        HistoryEventKind.TaskScheduled => $"activity '{step.Name}' as step #{step.Step}",
        HistoryEventKind.SubOrchestrationInstanceCreated => $"sub-orchestrator '{step.Name}' as step #{step.Step}",
        HistoryEventKind.EventSent => $"event '{step.Name}' as step #{step.Step}",
        _ => $"a timer as step #{step.Step}",
    };

    private void CheckThread()
    {
        if (thread.IsCurrent) return;
        throw new InvalidOperationException(
            $"The context of orchestrator '{instance.Name}' was used outside of the orchestrator's own thread. {OrchestratorRun.OnlyItsTasks}");
    }
}
