using System.Text.Json;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.Local.Sqlite;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Writes a turn in one transaction, and says what is to be done in memory once it is committed.</summary>
internal sealed class TurnCommit
{
    private readonly SqliteSession _session;
    private readonly Instance _instance;
    private readonly TurnResult _turn;

    private TurnCommit(SqliteSession session, Instance instance, TurnResult turn)
    {
        _session = session;
        _instance = instance;
        _turn = turn;
    }

    /// <summary>True if the instance was purged or replaced meanwhile: nothing was written.</summary>
    public bool IsStale { get; private set; }

    /// <summary>The turn's held messages as they are stored now.</summary>
    public List<Message> Held { get; } = [];

    /// <summary>The events that the next execution takes over.</summary>
    public List<Message> Preserved { get; } = [];

    public List<ScheduledActivity> Activities { get; } = [];

    public List<ScheduledTimer> Timers { get; } = [];

    public List<Instance> Children { get; } = [];

    /// <summary>Messages to other instances, and to this one.</summary>
    public List<(long Key, Message Message)> Deliveries { get; } = [];

    /// <param name="session">The writer's.</param>
    /// <param name="instance">As it was before the turn.</param>
    /// <param name="historyCount">How many events its history had.</param>
    /// <param name="turn">What to write.</param>
    public static TurnCommit Write(SqliteSession session, Instance instance, int historyCount, TurnResult turn)
    {
        var commit = new TurnCommit(session, instance, turn);
        if (!commit.UpdateInstance())
        {
            commit.IsStale = true;
            return commit;
        }

        foreach (var message in turn.Consumed) commit.Consume(message);
        foreach (var message in turn.Held) commit.Hold(message);
        if (turn.Next is { } next) commit.StartOver(next);
        else commit.AppendHistory(historyCount);
        foreach (var step in turn.NewSteps) commit.Schedule(step);
        if (turn.IsFinished) commit.Finish();
        return commit;
    }

    private bool UpdateInstance()
    {
        var changed = _session.Execute(
            """
            UPDATE instances SET status = $2, updated = $3, output = $4, failure = $5, started = $8, deaths = 0,
                custom_status = CASE WHEN $6 THEN $7 ELSE custom_status END
            WHERE key = $1 AND status IN (0, 6, 7)
            """,
            _instance.Key, (int)_turn.Status, _turn.Now.Ticks, _turn.Output, _turn.Failure, _turn.SetsCustomStatus, _turn.CustomStatus,
            _turn.Next is null && (_instance.Started || _turn.StartsExecution));
        return changed == 1;
    }

    private void Consume(Message message)
    {
        if (message.InboxId != 0)
        {
            _session.Execute("DELETE FROM inbox WHERE id = $1", message.InboxId);
            return;
        }

        switch (message.Event.EventTypeCase)
        {
            case Kind.TaskCompleted or Kind.TaskFailed:
                DurableRows.DeleteActivity(_session, _instance.Key, message.Execution, message.Event.GetStepNumber());
                break;
            case Kind.TimerFired:
                DurableRows.DeleteTimer(_session, _instance.Key, message.Execution, message.Event.GetStepNumber());
                break;
        }
    }

    // What is held may be held for long: a result must not depend on this process any more.
    private void Hold(Message message)
    {
        if (message.InboxId != 0 || message.Event.EventTypeCase == Kind.ExecutionStarted)
        {
            Held.Add(message);
            return;
        }

        Consume(message);
        Held.Add(DurableRows.InsertMessage(_session, _instance.Key, message));
    }

    private void AppendHistory(int count)
    {
        foreach (var e in _turn.History) DurableRows.InsertHistory(_session, _instance.Key, count++, e);
    }

    private void StartOver(NextExecution next)
    {
        _session.Execute(
            "UPDATE instances SET execution = $2, input = $3, version = $4 WHERE key = $1",
            _instance.Key, _instance.Execution + 1, next.Input, next.Version);
        _session.Execute("DELETE FROM history WHERE key = $1", _instance.Key);
        _session.Execute("DELETE FROM timers WHERE key = $1", _instance.Key);
        foreach (var e in next.Events) Preserved.Add(DurableRows.InsertMessage(_session, _instance.Key, new Message(e), preserved: true));
    }

    private void Schedule(P.HistoryEvent step)
    {
        switch (step.EventTypeCase)
        {
            case Kind.TaskScheduled:
                var activity = new ScheduledActivity(
                    _instance.Key, _instance.Execution, step.EventId, _instance.Id, step.TaskScheduled.Name,
                    HistoryEvents.ReadActivityInput(
                        step.TaskScheduled.Input));
                DurableRows.InsertActivity(_session, activity);
                Activities.Add(activity);
                break;
            case Kind.TimerCreated when !_turn.IsFinished && _turn.Next is null:
                var timer = new ScheduledTimer(_instance.Key, _instance.Execution, step.EventId, step.TimerCreated.FireAt.ToDateTime());
                DurableRows.InsertTimer(_session, timer);
                Timers.Add(timer);
                break;
            case Kind.SubOrchestrationInstanceCreated:
                StartChild(step.EventId, step.SubOrchestrationInstanceCreated);
                break;
            case Kind.EventSent:
                SendEvent(step.EventSent);
                break;
        }
    }

    private void StartChild(int step, P.SubOrchestrationInstanceCreatedEvent child)
    {
        var parent = new ParentStep(_instance.Key, _instance.Execution, step, _instance.Id, _instance.Name);
        if (DurableRows.FindStatus(_session, child.InstanceId) is { Status: var status, Key: var key })
        {
            if (DurableRows.IsUnfinished(status))
            {
                var refusal = TaskFailureDetails.FromException(
                    new OrchestrationAlreadyExistsException(DurableRows.DescribeExisting(child.InstanceId)));
                Deliver(parent.Key, new Message(HistoryEvents.ChildFailed(step, refusal, _turn.Now), parent.Execution));
                return;
            }

            DurableRows.DeleteInstance(_session, key);
        }

        Children.Add(DurableRows.InsertInstance(_session, new NewInstance(child.InstanceId, child.Name, _turn.Now)
        {
            Version = child.Version ?? "",
            Input = child.Input,
            Tags = child.Tags.Count > 0 ? JsonSerializer.Serialize(child.Tags) : null,
            Parent = parent,
        }));
    }

    private void SendEvent(P.EventSentEvent sent)
    {
        if (DurableRows.FindStatus(_session, sent.InstanceId) is not { } target || !DurableRows.IsUnfinished(target.Status)) return;
        Deliver(target.Key, new Message(HistoryEvents.Raised(sent.Name, sent.Input, _turn.Now)));
    }

    private void Finish()
    {
        _session.Execute("DELETE FROM timers WHERE key = $1", _instance.Key);
        _session.Execute("DELETE FROM inbox WHERE key = $1", _instance.Key);
        if (_instance.Parent is not { } parent) return;

        var isThere = _session.QueryNumber(
            "SELECT count(*) FROM instances WHERE key = $1 AND execution = $2 AND status IN (0, 6, 7)", parent.Key, parent.Execution) == 1;
        if (!isThere) return;

        var end = _turn.Status == OrchestrationRuntimeStatus.Completed
            ? HistoryEvents.ChildCompleted(parent.Step, _turn.Output, _turn.Now)
            : HistoryEvents.ChildFailed(parent.Step, _turn.Failure is { } failure ? Failures.Read(failure) : Terminated(), _turn.Now);
        Deliver(parent.Key, new Message(end, parent.Execution));
    }

    private TaskFailureDetails Terminated() => new(
        typeof(OperationCanceledException).FullName!, $"Orchestration '{_instance.Id}' was terminated. {_turn.Output}".TrimEnd(), null,
        null, null);

    private void Deliver(long key, Message message) => Deliveries.Add((key, DurableRows.InsertMessage(_session, key, message)));
}
