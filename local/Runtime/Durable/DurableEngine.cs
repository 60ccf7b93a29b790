using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Local.Sqlite;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// Runs orchestrations: event-sourced and replayed, like the Durable Task Framework. An instance is taken up by one turn at a
/// time; a turn runs the orchestrator's code over its history and its new messages, and what it decides is one transaction.
/// What is acknowledged is committed; after a crash, everything that is committed and not finished is taken up again.
/// </summary>
internal sealed class DurableEngine : IAsyncDisposable
{
    private static readonly TimeSpan CommitRetry = TimeSpan.FromSeconds(5);

    private readonly DurableEngineOptions _options;
    private readonly SqliteStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly OrchestratorRunner _orchestrators;
    private readonly Turn _turn;
    private readonly ActivityRunner _runner;
    private readonly WorkPool<Instance> _turns;
    private readonly WorkPool<ScheduledActivity> _activities;
    private readonly TimerQueue<ScheduledTimer> _timers;
    private readonly CancellationTokenSource _stopping = new();

    private readonly TurnGuard _guard;
    private readonly InstanceTable _instances;
    private bool _stopped;

    public DurableEngine(IDurableFunctions functions, DurableEngineOptions options)
    {
        _options = options;
        _store = options.Store;
        _time = options.Time;
        _logger = options.Logging.CreateLogger("DurableTask");
        _orchestrators = new OrchestratorRunner(options);
        _turn = new Turn(functions, _orchestrators, options.Versions);
        _guard = new TurnGuard(_store, options.MaxConcurrentOrchestrators);
        _runner = new ActivityRunner(functions, options.Converter, _time, _logger);
        _turns = new WorkPool<Instance>(options.MaxConcurrentOrchestrators, TakeTurnAsync);
        _activities = new WorkPool<ScheduledActivity>(options.MaxConcurrentActivities, RunActivityAsync);
        _timers = new TimerQueue<ScheduledTimer>(_time, Fire);
        _instances = new InstanceTable(_turns.Add, options.HistoryCacheBytes);
        Commands = new InstanceCommands(this, _store, _time);
        Client = new LocalDurableTaskClient(this, Commands, options);
    }

    /// <summary>The official client, for functions.</summary>
    public DurableTaskClient Client { get; }

    /// <summary>The commands of the client, for those who have JSON or plain text instead of objects.</summary>
    public InstanceCommands Commands { get; }

    /// <summary>Wakes those who wait for an instance.</summary>
    public StatusSignals Signals { get; } = new();

    public DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Makes the tables if need be, and takes up what is not finished.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (_store.Read(DurableSchema.CountUnfinishedOfBefore) is var old and > 0)
        {
            throw new InvalidDataException(
                $"The data folder holds {old} unfinished orchestrations of an older version; end them with that version, or choose " +
                $"another data folder.");
        }

        await _store.MigrateAsync(DurableSchema.Component, DurableSchema.Steps).WaitAsync(cancellation);
        await _guard.StartAsync();
        var (instances, messages, activities, timers) = _store.Read(s => (
            DurableRows.ReadUnfinished(s), DurableRows.ReadMessages(s), DurableRows.ReadActivities(s), DurableRows.ReadTimers(s)));

        foreach (var instance in instances) _instances.Add(instance);
        foreach (var (key, message) in messages) _instances.Load(key, message);
        foreach (var timer in timers) _timers.Add(timer, timer.FireAt);
        foreach (var instance in instances) Begin(instance);
        foreach (var activity in activities) _activities.Add(activity);
        _logger.EngineStarted(instances.Count, activities.Count);
    }

    /// <summary>
    /// Starts nothing more, tells the activities that run to stop and waits for them, at most for the options' time. What they
    /// brought in time is kept.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _stopped, true)) return;
        _timers.Dispose();
        var running = Task.WhenAll(_turns.StopAsync(), _activities.StopAsync());
        await _stopping.CancelAsync();
        try
        {
            await running.WaitAsync(_options.DrainTimeout, _time, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _logger.DrainTimedOut(_options.DrainTimeout.TotalSeconds);
        }

        await KeepResultsAsync();
        _logger.EngineStopped();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _orchestrators.Dispose();
        _guard.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Makes room for an instance. To be called before its row is committed, so that no message to it comes too early.</summary>
    public void Expect(Instance instance) => _instances.Add(instance);

    /// <summary>Takes up an instance whose row is committed.</summary>
    public void Begin(Instance instance)
    {
        if (!instance.Started && instance.StartAt is { } at && at > Now)
        {
            _timers.Add(new ScheduledTimer(instance.Key, instance.Execution, -1, at), at);
        }
        else if (!instance.Started)
        {
            _instances.TryDeliver(instance.Key, StartMessage(instance.Execution));
        }

        _instances.Wake(instance);
    }

    /// <summary>Forgets an instance whose row is gone.</summary>
    public void Forget(long key) => _instances.Remove(key);

    /// <summary>Hands an instance a message that is committed. One that is finished never hears it.</summary>
    public void Deliver(long key, Message message) => _instances.TryDeliver(key, message);

    private static bool IsTermination(Message message) => message.Event.ExecutionTerminated is not null;

    // It has no row in the inbox: the instance's own row says that it has not started.
    private static Message StartMessage(int execution) => new(new P.HistoryEvent { ExecutionStarted = new() }, execution);

    private void Fire(ScheduledTimer timer)
    {
        var message = timer.Step < 0
            ? StartMessage(timer.Execution)
            : new Message(HistoryEvents.TimerFired(timer.Step, timer.FireAt, Now), timer.Execution);
        _instances.TryDeliver(timer.Key, message);
    }

    private async Task TakeTurnAsync(Instance instance)
    {
        var messages = _instances.Take(instance);
        if (_options.Versions.FindRejection(instance.Version) is { } fault && !messages.Exists(IsTermination))
        {
            // Whoever has another rule starts anew, and takes up what is not finished.
            _logger.OrchestrationRejected(instance.Name, instance.Id, fault);
            _instances.PutBack(instance, messages);
            return;
        }

        try
        {
            var history = instance.History ?? ReadHistory(instance);
            var count = history.Events.Count;
            var execution = instance.Execution;
            var now = Now is var clock && clock > history.LastTurn ? clock : history.LastTurn;
            var turn = await _guard.RunAsync(instance, messages, now, () => _turn.Run(
                instance, history, messages, now, () => Deliver(instance.Key, new Message(new P.HistoryEvent(), execution))));
            var commit = await _store.WriteAsync(session =>
            {
                var written = TurnCommit.Write(session, instance, count, turn);
                foreach (var child in written.Children) _instances.Add(child);
                return written;
            });
            Apply(instance, history, turn, commit);
        }
#pragma warning disable CA1031 // Whatever kept the turn from being written, nothing of it has happened: it is taken again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.TurnNotCommitted(instance.Name, instance.Id, CommitRetry.TotalSeconds, e);
            _instances.PutBack(instance, messages);
            await Task.Delay(CommitRetry, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _instances.Wake(instance);
        }
    }

    private InstanceHistory ReadHistory(Instance instance)
    {
        var history = new InstanceHistory();
        history.Add(_store.Read(s => DurableRows.ReadHistory(s, instance.Key)));
        return history;
    }

    private void Apply(Instance instance, InstanceHistory history, TurnResult turn, TurnCommit commit)
    {
        _instances.Apply(instance, history, turn, commit, StartMessage(instance.Execution));
        foreach (var activity in commit.Activities) _activities.Add(activity);
        foreach (var child in commit.Children) Begin(child);
        foreach (var (key, message) in commit.Deliveries) Deliver(key, message);
        foreach (var timer in commit.Timers.OrderBy(t => t.FireAt))
        {
            if (timer.FireAt <= Now) Fire(timer);
            else _timers.Add(timer, timer.FireAt);
        }

        Log(instance, turn, commit);
        if (commit.IsStale || turn.StartsExecution || turn.IsFinished || turn.IsSuspended) Signals.NoteChange(instance.Id);
    }

    private void Log(Instance instance, TurnResult turn, TurnCommit commit)
    {
        if (commit.IsStale) return;
        if (turn.Status == OrchestrationRuntimeStatus.Failed)
            _logger.OrchestrationFailed(instance.Name, instance.Id, Failures.Read(turn.Failure!).ErrorType);
        else if (turn.IsFinished) _logger.OrchestrationFinished(instance.Name, instance.Id, turn.Status);
        else if (turn.StartsExecution) _logger.OrchestrationStarted(instance.Name, instance.Id);
    }

    private async Task RunActivityAsync(ScheduledActivity activity)
    {
        if (await _runner.RunAsync(activity, _stopping.Token) is not { } end) return;

        // Its row stands for the result until the turn that takes it up is committed; if nobody takes it up, it goes now.
        if (_instances.TryDeliver(activity.Key, new Message(end, activity.Execution))) return;
        try
        {
            await _store.WriteAsync(s => DurableRows.DeleteActivity(s, activity.Key, activity.Execution, activity.Step));
        }
#pragma warning disable CA1031 // Whatever kept it from being written, activities run at least once.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.ActivityNotRemoved(activity.Name, activity.InstanceId, e);
        }
    }

    private Task KeepResultsAsync() => _store.WriteAsync(session =>
    {
        foreach (var (key, message) in _instances.TakeUnkept())
        {
            DurableRows.InsertMessage(session, key, message);
            DurableRows.DeleteActivity(session, key, message.Execution, message.Event.GetStepNumber());
        }
    });
}
