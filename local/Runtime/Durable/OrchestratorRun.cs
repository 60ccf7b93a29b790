using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// Runs an orchestrator's code for one turn: from its start through all of its history, then on with what is new. Synchronous: it
/// returns when the code waits for something that has not happened yet, or is done.
/// </summary>
internal sealed class OrchestratorRun
{
    public const string OnlyItsTasks =
        "An orchestrator may only await tasks of its TaskOrchestrationContext, without ConfigureAwait(false): no Task.Run, Task.Delay, I/O or locks. Do such work in an activity.";

    private readonly Instance _instance;
    private readonly Func<TaskOrchestrationContext, Task<object?>> _code;
    private readonly OrchestratorThread _thread;
    private readonly OrchestrationContext _context;
    private readonly InstanceHistory _history;
    private Task<object?>? _main;

    public OrchestratorRun(
        Instance instance,
        InstanceHistory history,
        Func<TaskOrchestrationContext, Task<object?>> code,
        DataConverter converter,
        ILoggerFactory logging,
        Action reportStranger)
    {
        _instance = instance;
        _history = history;
        _code = code;
        _thread = new OrchestratorThread(reportStranger);
        _context = new OrchestrationContext(instance, history.Steps, _thread, converter, logging);
    }

    public OrchestrationContext Context => _context;

    /// <returns>The code's task, or null if it waits.</returns>
    /// <exception cref="OrchestratorDeviationException">The code left its history.</exception>
    /// <exception cref="InvalidOperationException">The code waits for something that its context did not make.</exception>
    public Task<object?>? Run(IReadOnlyList<HistoryEvent> news, DateTime now)
    {
        try
        {
            Replay();
            _context.Replaying = false;
            _context.Now = now;
            foreach (var e in news) Take(e);
        }
        finally
        {
            _thread.Close();
            _context.Close();
        }

        if (_context.Deviation is { } deviation) throw deviation;
        if (_thread.StrangerCame || (_main is { IsCompleted: false } && _context.NothingPending)) throw WaitsForStranger(_instance.Name);
        return _main is { IsCompleted: true } ? _main : null;
    }

    public static InvalidOperationException WaitsForStranger(string name) =>
        new($"Orchestrator '{name}' waits for something that its context did not make. {OnlyItsTasks}");

    private void Replay()
    {
        foreach (var e in _history.Events)
        {
            if (e.Kind == HistoryEventKind.OrchestratorStarted)
            {
                if (_main is { IsCompleted: true }) _context.Deviate($"this replay ended after {_context.ScheduledSteps} steps, but its history goes on.");
                _context.Now = e.Timestamp;
            }
            else if (e.IsStep && e.Step >= _context.ScheduledSteps)
            {
                _context.Deviate($"its history has {OrchestrationContext.Describe(e)}, which this replay did not schedule.");
            }

            if (_context.Deviation is not null) return;
            Take(e);
        }

        if (_main is { IsCompleted: true }) _context.Deviate($"this replay ended after {_context.ScheduledSteps} steps, but its history goes on.");
    }

    private void Take(HistoryEvent e)
    {
        if (e.Kind == HistoryEventKind.ExecutionStarted)
        {
            _thread.Run(() => _main = Start());
            return;
        }

        if (e.Kind == HistoryEventKind.EventRaised) _context.Events.Raise(e);
        else if (!e.IsStep && e.Step >= 0) _context.End(e);
        _thread.Run();
    }

    private Task<object?> Start()
    {
        try
        {
            return _code(_context);
        }
#pragma warning disable CA1031 // What the code throws before its first await is its failure, as what it throws later.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Task.FromException<object?>(e);
        }
    }
}
