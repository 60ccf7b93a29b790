namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// Where one turn of an orchestrator runs: all of its code and continuations, one after the other, on the thread that called
/// <see cref="Run"/>. What comes from another thread, or after the turn, is not run: it is reported, because code that waits
/// for it cannot be replayed.
/// </summary>
internal sealed class OrchestratorThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _work = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Action _reportStranger;
    private readonly Scheduler _scheduler;
    private volatile bool _closed;

    /// <param name="reportStranger">Called when a continuation comes after the turn; on any thread.</param>
    public OrchestratorThread(Action reportStranger)
    {
        _reportStranger = reportStranger;
        _scheduler = new Scheduler(this);
    }

    /// <summary>True once something came from another thread during the turn.</summary>
    public bool StrangerCame { get; private set; }

    public bool IsCurrent => Current == this;

    /// <summary>True on the turn's thread, while the turn lasts.</summary>
    public bool IsHere => !_closed && Environment.CurrentManagedThreadId == _thread;

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsHere) _work.Enqueue((d, state));
        else if (_closed) _reportStranger();
        else StrangerCame = true;
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("An orchestrator runs on one thread; nothing can be sent to it.");

    /// <summary>Runs the action, then all that it posted.</summary>
    public void Run(Action action)
    {
        _work.Enqueue((static a => ((Action)a!)(), action));
        Run();
    }

    /// <summary>Runs what was posted, until nothing is left.</summary>
    public void Run()
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            // As tasks of the scheduler, so that ContinueWith and Task.Factory.StartNew stay here too.
            while (_work.TryDequeue(out var next)) new Task(new Action<object?>(next.Callback), next.State).RunSynchronously(_scheduler);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Ends the turn.</summary>
    public void Close() => _closed = true;

    private sealed class Scheduler(OrchestratorThread owner) : TaskScheduler
    {
        public override int MaximumConcurrencyLevel => 1;

        protected override void QueueTask(Task task) => owner.Post(t => TryExecuteTask((Task)t!), task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
            !taskWasPreviouslyQueued && Environment.CurrentManagedThreadId == owner._thread && TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
