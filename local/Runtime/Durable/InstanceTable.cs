using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// The instances that are not finished, and what each has to take up next. An instance is in the hands of one turn at a time:
/// <paramref name="ready"/> is called when one is to be taken, never under the lock.
/// </summary>
internal sealed class InstanceTable(Action<Instance> ready, long historyBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Instance> _instances = [];
    private readonly HistoryCache _histories = new(historyBytes);

    /// <summary>To be called before the instance's row is committed, so that no message to it can come too early.</summary>
    public void Add(Instance instance)
    {
        lock (_gate) _instances[instance.Key] = instance;
    }

    public void Remove(long key)
    {
        lock (_gate)
        {
            if (_instances.Remove(key, out var instance)) _histories.Remove(instance);
        }
    }

    /// <summary>Adds a message without taking a turn, while the engine starts.</summary>
    public void Load(long key, Message message)
    {
        lock (_gate)
        {
            if (_instances.TryGetValue(key, out var instance)) instance.Pending.Add(message);
        }
    }

    /// <summary>Takes a turn if there is anything to take up.</summary>
    public void Wake(Instance instance)
    {
        lock (_gate)
        {
            if (instance.Busy || instance.Pending.Count == 0) return;
            instance.Busy = true;
        }

        ready(instance);
    }

    /// <returns>False if the instance is finished, or in another execution: the message is nobody's.</returns>
    public bool TryDeliver(long key, Message message)
    {
        Instance? instance;
        lock (_gate)
        {
            if (!_instances.TryGetValue(key, out instance)) return false;
            if (message.Execution != 0 && message.Execution != instance.Execution) return false;
            instance.Pending.Add(message);
        }

        Wake(instance);
        return true;
    }

    /// <summary>Begins a turn.</summary>
    public List<Message> Take(Instance instance)
    {
        lock (_gate)
        {
            var messages = instance.Pending;
            instance.Pending = [];
            return messages;
        }
    }

    /// <summary>Ends a turn that was not committed: its messages wait for the next.</summary>
    public void PutBack(Instance instance, List<Message> messages)
    {
        lock (_gate)
        {
            instance.Pending.InsertRange(0, messages);
            instance.Session = null;
            instance.Busy = false;
        }
    }

    /// <summary>Ends a turn that is committed.</summary>
    public void Apply(Instance instance, InstanceHistory history, TurnResult turn, TurnCommit commit, Message start)
    {
        lock (_gate)
        {
            if (turn.IsFinished || commit.IsStale)
            {
                // The id may stand for a newer instance by now; the key never does.
                if (_instances.Remove(instance.Key)) _histories.Remove(instance);
                return;
            }

            instance.Held = commit.Held;
            instance.Suspended = turn.IsSuspended;
            instance.SuspendReason = turn.IsSuspended ? turn.Output : null;
            instance.Started |= turn.StartsExecution;
            if (turn.Next is { } next) StartOver(instance, next, commit, start);
            else history.Add(turn.History);

            if (turn.Next is null) instance.History = history;
            instance.Session = turn.Session;
            instance.Deaths = 0;
            _histories.Use(instance);
            instance.Busy = false;
        }

        Wake(instance);
    }

    /// <summary>The results that only this process knows, for the engine to keep at its stop.</summary>
    public List<(long Key, Message Message)> TakeUnkept()
    {
        lock (_gate)
        {
            var unkept = new List<(long, Message)>();
            foreach (var instance in _instances.Values)
            {
                unkept.AddRange(instance.Pending
                    .Where(m => m.InboxId == 0 && m.Event.EventTypeCase is Kind.TaskCompleted or Kind.TaskFailed)
                    .Select(m => (instance.Key, m)));
            }

            return unkept;
        }
    }

    private static void StartOver(Instance instance, NextExecution next, TurnCommit commit, Message start)
    {
        instance.Execution++;
        instance.Input = next.Input;
        instance.Version = next.Version;
        instance.Started = false;
        instance.History = new InstanceHistory();
        instance.Pending.InsertRange(0, commit.Preserved);
        instance.Pending.Insert(0, start with { Execution = instance.Execution });
    }
}
