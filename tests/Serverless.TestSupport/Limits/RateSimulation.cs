using Serverless.Tasks.Limits;

namespace Serverless.TestSupport.Limits;

/// <summary>
/// Tasks under a rate for each key, on many instances that race for the keys' rows: the table and the broker take their time, and some
/// messages come late. What decides is the app's own code.
/// </summary>
internal sealed class RateSimulation(int instances, int keys, RatePace pace, Random random)
{
    private const int PlacesOfInstance = 16;

    private readonly VirtualTime _time = new();
    private readonly Row[] _rows = [.. Enumerable.Range(0, keys).Select(_ => new Row())];
    private readonly int[] _free = [.. Enumerable.Repeat(PlacesOfInstance, instances)];
    private readonly Queue<SimulatedTask>[] _waiting = [.. Enumerable.Range(0, instances).Select(_ => new Queue<SimulatedTask>())];
    private readonly Dictionary<(int Instance, int Key), List<Asking>> _asking = [];

    /// <summary>When tasks of each key started.</summary>
    public List<long>[] Starts { get; } = [.. Enumerable.Range(0, keys).Select(_ => new List<long>())];

    /// <summary>The time from the sending of each task to its start, by key.</summary>
    public List<long>[] Waits { get; } = [.. Enumerable.Range(0, keys).Select(_ => new List<long>())];

    /// <summary>The writes of rows, lost races among them.</summary>
    public long Requests { get; private set; }

    public void Send(int key, TimeSpan at) => _time.At(at.Ticks, () => Deliver(new SimulatedTask(key, at.Ticks)));

    public void Run() => _time.RunToEnd();

    private TimeSpan Latency() => TimeSpan.FromMilliseconds(2 + (10 * random.NextDouble()));

    // One message in a hundred comes seconds late.
    private TimeSpan BrokerDelay() => TimeSpan.FromMilliseconds(random.Next(100) == 0 ? random.Next(5_000) : random.Next(200));

    private void Deliver(SimulatedTask task)
    {
        var instance = random.Next(instances);
        if (_free[instance] > 0)
        {
            _free[instance]--;
            Ask(instance, task, lead: 0);
        }
        else
        {
            _waiting[instance].Enqueue(task);
        }
    }

    private void Leave(int instance)
    {
        if (_waiting[instance].TryDequeue(out var next)) Ask(instance, next, lead: 0);
        else _free[instance]++;
    }

    private void Ask(int instance, SimulatedTask task, long lead)
    {
        var isCalled = task.Called <= _time.Now + RateState.MaxWait;
        var asking = new Asking(task, new RateAsk(pace, isCalled, lead), _time.Now);
        if (_asking.TryGetValue((instance, task.Key), out var others))
        {
            others.Add(asking);
            return;
        }

        _asking[(instance, task.Key)] = [asking];
        Serve(instance, task.Key);
    }

    private void Serve(int instance, int key)
    {
        var round = _asking[(instance, key)];
        if (round.Count == 0)
        {
            _asking.Remove((instance, key));
            return;
        }

        _asking[(instance, key)] = [];
        Serve(instance, key, round, lost: 0);
    }

    private void Serve(int instance, int key, List<Asking> round, int lost) => _time.After(Latency(), () =>
    {
        Requests++;
        var row = _rows[key];
        var (version, now, turns) = (row.Version, _time.Now, new RateTurn[round.Count]);
        var next = row.State.TakeAll(round.ConvertAll(a => a.Ask), now, turns);
        _time.After(Latency(), () =>
        {
            if (row.Version == version)
            {
                (row.State, row.Version) = (next, version + 1);
                for (var i = 0; i < turns.Length; i++) Answer(instance, round[i], turns[i]);
                Serve(instance, key);
                return;
            }

            var left = new List<Asking>();
            for (var i = 0; i < turns.Length; i++)
            {
                if (turns[i].MayStart || lost + 1 < RateTurns.MaxRaces) left.Add(round[i]);
                else Answer(
                    instance, round[i],
                    turns[i] with { At = RateState.Spread(pace, turns[i].At, now, turns.Length, random.NextDouble()) });
            }

            if (left.Count == 0) Serve(instance, key);
            else _time.After(RateTurns.MaxPause * random.NextDouble(), () => Serve(instance, key, left, lost + 1));
        });
    });

    private void Answer(int instance, Asking asking, RateTurn turn)
    {
        var task = asking.Task;
        if (!turn.MayStart)
        {
            _time.At(turn.At + BrokerDelay().Ticks, () => Deliver(task with { Called = turn.At }));
            Leave(instance);
            return;
        }

        var answered = _time.Now;
        _time.At(turn.At, () =>
        {
            if (_time.Now > turn.At + pace.Tolerance)
            {
                var lead = Math.Min(Math.Max(asking.Ask.Lead, answered - asking.Since) * 2, RateState.MaxWait);
                Ask(instance, task with { Called = asking.Since }, lead);
                return;
            }

            Starts[task.Key].Add(_time.Now);
            Waits[task.Key].Add(_time.Now - task.Sent);
            _time.After(TimeSpan.FromMilliseconds(20 + random.Next(80)), () => Leave(instance));
        });
    }

    private sealed class Row
    {
        public RateState State { get; set; }

        public int Version { get; set; }
    }

    private sealed record SimulatedTask(int Key, long Sent, long? Called = null);

    private sealed record Asking(SimulatedTask Task, RateAsk Ask, long Since);
}
