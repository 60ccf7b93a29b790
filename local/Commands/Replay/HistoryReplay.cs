using System.Collections.Concurrent;
using Serverless.Local.Runtime.Replay;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Commands.Replay;

/// <summary>Replays histories against this build, and counts.</summary>
internal sealed class HistoryReplay(HistoryReplayer replayer)
{
    private readonly ConcurrentBag<ReplayDeviation> _deviations = [];
    private int _running;
    private int _ended;

    /// <summary>Replays one; several may be replayed at once.</summary>
    public void Run(ReplayInstance instance, IReadOnlyList<P.HistoryEvent> history)
    {
        // An orchestrator that is gone takes nothing from one that has ended.
        if (!instance.IsRunning && !replayer.Has(instance.Name)) return;
        Interlocked.Increment(ref instance.IsRunning ? ref _running : ref _ended);
        if (replayer.Replay(instance.Id, history) is { } deviation)
            _deviations.Add(new ReplayDeviation(instance.Id, instance.Name, deviation.Step, deviation.Recorded, deviation.Now));
    }

    /// <summary>The findings so far, in the order of names.</summary>
    public ReplayReport Report() => new(
        _running, _ended,
        [.. _deviations.OrderBy(d => d.Orchestrator, StringComparer.Ordinal).ThenBy(d => d.Id, StringComparer.Ordinal)]);
}

/// <summary>The replayed orchestrations, counted, and those that deviate.</summary>
internal sealed record ReplayReport(int Running, int Ended, IReadOnlyList<ReplayDeviation> Deviations);

/// <summary>An orchestration that would not go on with this build.</summary>
internal sealed record ReplayDeviation(string Id, string Orchestrator, int? Step, string Recorded, string Now);
