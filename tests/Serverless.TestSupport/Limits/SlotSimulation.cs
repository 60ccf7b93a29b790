using Serverless.Tasks;

namespace Serverless.TestSupport.Limits;

/// <summary>
/// Tasks under a limit of concurrency for each key, in the sessions of one lane: each instance holds a few sessions, runs one message of
/// each and gives it up. Instances die, and their sessions are free again when the locks end. Who moves where is the app's own code.
/// </summary>
internal sealed class SlotSimulation(int instances, int sessionsOfInstance, int keys, int slots, Random random)
{
    private static readonly TimeSpan Lock = TimeSpan.FromMinutes(1);

    private readonly VirtualTime _time = new();
    private readonly Dictionary<string, Queue<SimulatedTask>> _sessions = [];
    private readonly Queue<string> _ready = [];
    private readonly HashSet<string> _locked = [];
    private readonly Queue<int> _idle = new(Enumerable.Range(0, instances * sessionsOfInstance).Select(i => i % instances));
    private readonly int[] _lives = new int[instances];
    private int _slots = slots;
    private int _sent;

    /// <summary>When tasks of each key ran.</summary>
    public List<(long Begun, long Ended)>[] Runs { get; } = [.. Enumerable.Range(0, keys).Select(_ => new List<(long, long)>())];

    /// <summary>The time from the sending of each task to its start, by key.</summary>
    public List<long>[] Waits { get; } = [.. Enumerable.Range(0, keys).Select(_ => new List<long>())];

    /// <summary>Ids of the tasks that ended, some of them more than once.</summary>
    public HashSet<int> Ended { get; } = [];

    public void Send(int key, TimeSpan at, TimeSpan work) => _time.At(at.Ticks, () =>
    {
        var number = _sent++;
        Enqueue(new SimulatedTask(key, number, at.Ticks, work, new TaskSlot($"{key}", number % _slots, _slots, "default")));
    });

    public void ChangeSlots(TimeSpan at, int count) => _time.At(at.Ticks, () => _slots = count);

    /// <summary>An instance dies, and another takes its place at once.</summary>
    public void Kill(TimeSpan at, int instance) => _time.At(at.Ticks, () => _lives[instance]++);

    public void Run() => _time.RunToEnd();

    /// <summary>The most tasks of a key that ran at once, of those that began in a time.</summary>
    public int CountMostAtOnce(int key, TimeSpan from, TimeSpan to)
    {
        // A run that ends where another begins is over by then.
        var (most, now) = (0, 0);
        var runs = Runs[key].Where(r => r.Begun >= from.Ticks && r.Begun < to.Ticks).ToList();
        foreach (var (_, step) in runs.SelectMany(r => new[] { (r.Begun, 1), (r.Ended, -1) }).Order())
            most = Math.Max(most, now += step);
        return most;
    }

    private void Enqueue(SimulatedTask task)
    {
        var id = task.Slot.SessionId;
        if (!_sessions.TryGetValue(id, out var session)) _sessions[id] = session = [];
        session.Enqueue(task);
        if (session.Count == 1 && !_locked.Contains(id)) Offer(id);
    }

    private void Offer(string id)
    {
        _ready.Enqueue(id);
        Accept();
    }

    private void Accept()
    {
        while (_idle.Count > 0 && _ready.TryDequeue(out var id))
        {
            var instance = _idle.Dequeue();
            _locked.Add(id);
            _time.After(TimeSpan.FromMilliseconds(5 + random.Next(10)), () => Receive(instance, id));
        }
    }

    private void Receive(int instance, string id)
    {
        var task = _sessions[id].Peek();
        if (task.Slot.Fit(_slots, $"{task.Number}") is var slot && slot != task.Slot)
        {
            _sessions[id].Dequeue();
            Enqueue(task with { Slot = slot });
            GiveUp(instance, id);
            return;
        }

        Waits[task.Key].Add(_time.Now - task.Sent);
        Runs[task.Key].Add((_time.Now, _time.Now + task.Work.Ticks));
        var life = _lives[instance];
        _time.After(task.Work, () =>
        {
            if (_lives[instance] == life)
            {
                _sessions[id].Dequeue();
                Ended.Add(task.Number);
                GiveUp(instance, id);
            }
            else
            {
                // It died with the work undone: the message comes again once the lock has ended.
                _idle.Enqueue(instance);
                _time.After(Lock, () => Unlock(id));
                Accept();
            }
        });
    }

    private void GiveUp(int instance, string id)
    {
        _idle.Enqueue(instance);
        Unlock(id);
        Accept();
    }

    private void Unlock(string id)
    {
        _locked.Remove(id);
        if (_sessions[id].Count > 0) Offer(id);
    }

    private sealed record SimulatedTask(int Key, int Number, long Sent, TimeSpan Work, TaskSlot Slot);
}
