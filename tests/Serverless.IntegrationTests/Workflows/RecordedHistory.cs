using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.DurableTask;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Sqlite;
using Serverless.Tasks.Running;
using Serverless.TestSupport;
using Serverless.Workflows.Canvas;
using Serverless.Workflows.Items;
using Serverless.Workflows.Run;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>The history of an orchestration that has ended, as it was recorded.</summary>
internal sealed record RecordedHistory(string Name, string Id, string? Input, IReadOnlyList<JsonElement> Events)
{
    private static readonly JsonSerializerOptions Json =
        new() { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private static readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> Orchestrators = new(
        StringComparer.OrdinalIgnoreCase)
    {
        [nameof(WorkflowRun)] = async c => await WorkflowRun.RunAsync(c),
        [nameof(CanvasRun)] = async c => await CanvasRun.RunAsync(c),
        [nameof(CanvasRun.CanvasSlice)] = async c => await CanvasRun.CanvasSlice(c),
        [nameof(ItemMap)] = async c => await ItemMap.RunAsync(c),
        [nameof(LongTask)] = async c =>
        {
            await LongTask.OrchestrateAsync(c);
            return null;
        },
    };

    /// <summary>The folder of recorded histories.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Serverless.IntegrationTests", "Workflows", "Histories");

    public static RecordedHistory Load(string file) =>
        JsonSerializer.Deserialize<RecordedHistory>(File.ReadAllText(Path.Combine(Folder, file)))
            ?? throw new JsonException($"{file} is null.");

    public void Save(string file) => File.WriteAllText(Path.Combine(Folder, file), JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>Reads a history from a host's database, without what only the machine knows.</summary>
    public static RecordedHistory Read(SqliteStore store, string id) => store.Read(session =>
    {
        var key = DurableRows.FindStatus(session, id)!.Key;
        var (name, input) = session.QueryFirst(
            "SELECT name, input FROM instances WHERE key = $1", r => (r.GetString(0), DurableRows.ReadText(r, 1)), key);
        return new RecordedHistory(
            name, id, input, [.. DurableRows.ReadHistory(session, key).Select(e => JsonSerializer.SerializeToElement(WithoutStack(e)))]);
    });

    /// <summary>The events in the framework's own form.</summary>
    public IReadOnlyList<P.HistoryEvent> Read() => [.. Events.Select(e => JsonParser.Default.Parse<P.HistoryEvent>(e.GetRawText()))];

    /// <summary>Runs today's orchestrator through all turns, the last as a new one.</summary>
    /// <returns>The steps that the last turn scheduled, and how the orchestrator ended; null for one that waits.</returns>
    public (IReadOnlyList<string> Steps, P.CompleteOrchestrationAction? End) Replay()
    {
        var events = Read();
        var last = LastTurn(events);
        var history = new InstanceHistory();
        history.Add(events.Take(last));
        var news = events.Skip(last).Where(e => !e.IsStep() && e.EventTypeCase != Kind.ExecutionCompleted).ToList();
        using var runner = new OrchestratorRunner(new DurableEngineOptions(null!));
        var (response, _) = runner.Run(new Instance(1, Id, Name) { Input = Input }, history, news, Orchestrators[Name], () => { });
        return (
            [.. response.Actions.Select(a => HistoryEvents.FromAction(a, DateTime.UnixEpoch)).OfType<P.HistoryEvent>().Select(Describe)],
            response.Actions.FirstOrDefault(a => a.CompleteOrchestration is not null)?.CompleteOrchestration);
    }

    /// <summary>The actions that the last turn scheduled when it was recorded.</summary>
    public IReadOnlyList<string> LastSteps()
    {
        var events = Read();
        return [.. events.Skip(LastTurn(events)).Where(e => e.IsStep()).Select(Describe)];
    }

    private static int LastTurn(IReadOnlyList<P.HistoryEvent> events) =>
        events.ToList().FindLastIndex(e => e.EventTypeCase == Kind.OrchestratorStarted);

    private static string Describe(P.HistoryEvent step) =>
        $"{step.EventId} {step.EventTypeCase} " +
        $"{step.TaskScheduled?.Name ?? step.SubOrchestrationInstanceCreated?.Name ?? step.EventSent?.Name}";

    private static JsonNode WithoutStack(P.HistoryEvent e)
    {
        var json = JsonNode.Parse(JsonFormatter.Default.Format(e))!;
        foreach (var (_, value) in json.AsObject().ToList())
        {
            for (var failure = (value as JsonObject)?["failureDetails"]; failure is JsonObject known; failure = known["innerFailure"])
                known.Remove("stackTrace");
        }

        return json;
    }
}
