namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// Where one turn of an orchestrator runs: all of its code and continuations, one after the other, on the thread that made this.
/// What comes from another thread, or after the turn, is not run: it is reported, because code that waits for it cannot be
/// replayed. A scheduler rather than a synchronization context, so that ContinueWith and Task.Factory.StartNew stay here too.
/// </summary>
/// <param name="reportStranger">Called when a continuation comes after the turn; on any thread.</param>
internal sealed class OrchestratorThread(Action reportStranger) : TaskScheduler
{
    private readonly Queue<Task> _work = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile bool _closed;
    private bool _running;

    /// <summary>True once something came from another thread during the turn.</summary>
    public bool StrangerCame { get; private set; }

    /// <summary>True for code that runs here, not for what left with ConfigureAwait(false) or Task.Run.</summary>
    public bool IsCurrent => IsHere && Current == this;

    /// <summary>True on the turn's thread, while the turn lasts.</summary>
    public bool IsHere => !_closed && Environment.CurrentManagedThreadId == _thread;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs the action, then all that follows from it.</summary>
    public void Run(Action action)
    {
        new Task(action).Start(this);
        Run();
    }

    /// <summary>Runs what was queued, until nothing is left.</summary>
    public void Run()
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _running = true;
        while (_work.TryDequeue(out var task)) TryExecuteTask(task);
        _running = false;
        SynchronizationContext.SetSynchronizationContext(outer);
    }

    /// <summary>Ends the turn.</summary>
    public void Close() => _closed = true;

    protected override void QueueTask(Task task)
    {
        if (IsHere) _work.Enqueue(task);
        else if (_closed) reportStranger();
        else StrangerCame = true;
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => IsHere && _running && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
