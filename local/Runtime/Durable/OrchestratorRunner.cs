using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// Runs an orchestrator's code for one turn, with the runner that the isolated worker on Azure has. An instance with a long history
/// keeps its code's state for a while (an extended session), so that its next turn need not replay all of it.
/// </summary>
internal sealed class OrchestratorRunner : IDisposable
{
    // Shorter histories are replayed each turn: that costs little, and shows code that must not be replayed.
    private const int SessionEvents = 32;
    private const double SessionSeconds = 60;

    private readonly DurableEngineOptions _options;
    private readonly int _sessionEvents;

    // Found by what an instance is called, so one that is started anew never sees its predecessor's: it has no session, and replays.
    private readonly ExtendedSessionsCache _sessions = new();
    private readonly ServiceProvider _services;

    /// <param name="options">How the engine runs.</param>
    /// <param name="sessionEvents">From how many events on an instance keeps its code's state.</param>
    public OrchestratorRunner(DurableEngineOptions options, int sessionEvents = SessionEvents)
    {
        (_options, _sessionEvents) = (options, sessionEvents);
        var worker = new DurableTaskWorkerOptions { DataConverter = options.Converter };

        // The engine says what ends and fails, with less noise.
        _services = new ServiceCollection().AddSingleton(new DurableTaskShimFactory(worker, NullLoggerFactory.Instance))
            .BuildServiceProvider();
    }

    /// <param name="instance">Whose turn it is.</param>
    /// <param name="past">Its history.</param>
    /// <param name="news">What this turn takes up, its start first.</param>
    /// <param name="code">The orchestrator.</param>
    /// <param name="reportStranger">Called if the code goes on outside of its turn; on any thread.</param>
    /// <returns>What the code decided, and the session to go on with; null for none.</returns>
    /// <exception cref="InvalidOperationException">The code waits for something that its context did not make.</exception>
    public (P.OrchestratorResponse Response, GuardedOrchestrator? Session) Run(
        Instance instance, InstanceHistory past, IReadOnlyList<P.HistoryEvent> news, Func<TaskOrchestrationContext, Task<object?>> code,
        Action reportStranger)
    {
        var keeps = past.Events.Count >= _sessionEvents;
        if (keeps && instance.Session is { } session)
        {
            var known = Run(instance, [], news, session, keeps: true, withHistory: false);
            if (!known.RequiresHistory) return Checked(instance, known, session, keeps: true);
        }

        var fresh = new GuardedOrchestrator(instance.Name, code, instance.Input, _options, reportStranger);
        return Checked(instance, Run(instance, past.Events, news, fresh, keeps, withHistory: true), fresh, keeps);
    }

    public void Dispose()
    {
        _sessions.Dispose();
        _services.Dispose();
    }

    private static (P.OrchestratorResponse Response, GuardedOrchestrator? Session) Checked(
        Instance instance, P.OrchestratorResponse response, GuardedOrchestrator orchestrator, bool keeps)
    {
        var ended = response.Actions.Any(a => a.CompleteOrchestration is not null);
        if (!ended && orchestrator.NothingPending) throw GuardedOrchestrator.WaitsForStranger(instance.Name);
        return (response, keeps && !ended ? orchestrator : null);
    }

    private P.OrchestratorResponse Run(
        Instance instance, IEnumerable<P.HistoryEvent> past, IEnumerable<P.HistoryEvent> news, ITaskOrchestrator orchestrator, bool keeps,
        bool withHistory)
    {
        var request = new P.OrchestratorRequest
        {
            InstanceId = instance.Id,
            PastEvents = { past.Where(IsForCode) },
            NewEvents = { news },
        };
        if (keeps)
        {
            request.Properties["IsExtendedSession"] = Value.ForBool(true);
            request.Properties["ExtendedSessionIdleTimeoutInSeconds"] = Value.ForNumber(SessionSeconds);
            request.Properties["IncludeState"] = Value.ForBool(withHistory);
        }

        if (_options.DefaultVersion is { } version) request.Properties["defaultVersion"] = Value.ForString(version);
        var response = GrpcOrchestrationRunner.LoadAndRun(
            Convert.ToBase64String(request.ToByteArray()), orchestrator, _sessions, _services);
        return P.OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(response));
    }

    // While it is suspended the code is not run at all: it never learns of it.
    private static bool IsForCode(P.HistoryEvent e) => e.EventTypeCase is not (Kind.ExecutionSuspended or Kind.ExecutionResumed);
}
