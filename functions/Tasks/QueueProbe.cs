using Serverless.Tasks.Running;
using Serverless.Timers;

namespace Serverless.Tasks;

/// <summary>
/// Opens the queues that circuit breakers have paused, once their break is over: the first run finds out for all. Paused, a queue starts no
/// instance, and so nobody else would.
/// </summary>
internal sealed class QueueProbe(PausedQueues queues, TaskRegistry registry) : ITimedWork
{
    private bool _hasLooked;

    /// <inheritdoc/>
    public string Name => "QueueProbe";

    /// <summary>Runs each time that the clock looks, unless <c>QueueProbeSchedule</c> says another.</summary>
    public async Task RunAsync(TimedRun run, CancellationToken cancellationToken)
    {
        // Without a handler that asks for it there is nothing to look for, but for what an earlier version of the app has left.
        if (_hasLooked && registry.All.All(task => task.Attribute.PauseOnOpenCircuit != CircuitPause.Queue)) return;
        await queues.OpenAsync(cancellationToken);
        _hasLooked = true;
    }
}
