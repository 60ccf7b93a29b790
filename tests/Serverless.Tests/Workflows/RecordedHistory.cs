using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Sqlite;
using Serverless.Workflows.Canvas;
using Serverless.Workflows.Items;
using Serverless.Workflows.Run;

namespace Serverless.Tests.Workflows;

/// <summary>The history of an orchestration that has ended, as it was recorded.</summary>
internal sealed record RecordedHistory(string Name, string Id, string? Input, IReadOnlyList<HistoryEvent> Events)
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private static readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(WorkflowRun)] = async c => await WorkflowRun.RunAsync(c),
        [nameof(CanvasRun)] = async c => await CanvasRun.RunAsync(c),
        [nameof(CanvasRun.CanvasSlice)] = async c => await CanvasRun.CanvasSlice(c),
        [nameof(ItemMap)] = async c => await ItemMap.RunAsync(c),
    };

    /// <summary>Where recorded histories are kept.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Serverless.Tests", "Workflows", "Histories");

    public static RecordedHistory Load(string file) =>
        JsonSerializer.Deserialize<RecordedHistory>(File.ReadAllText(Path.Combine(Folder, file))) ?? throw new JsonException($"{file} is null.");

    public void Save(string file) => File.WriteAllText(Path.Combine(Folder, file), JsonSerializer.Serialize(this, _json) + "\n");

    /// <summary>Reads a history from a host's database, without what only the machine knows.</summary>
    public static RecordedHistory Read(SqliteStore store, string id) => store.Read(session =>
    {
        var key = DurableRows.FindStatus(session, id)!.Key;
        var (name, input) = session.First("SELECT name, input FROM instances WHERE key = $1", r => (r.GetString(0), DurableRows.Text(r, 1)), key);
        return new RecordedHistory(name, id, input, [.. DurableRows.ReadHistory(session, key).Select(e => e with { Failure = WithoutStack(e.Failure) })]);
    });

    /// <summary>Runs today's orchestrator through all turns, the last as a new one.</summary>
    /// <returns>The steps that the last turn scheduled, and how the orchestrator ended.</returns>
    /// <exception cref="OrchestratorDeviationException">Today's orchestrator does something else than the history says.</exception>
    public async Task<(IReadOnlyList<string> Steps, string? Output, string? Failure)> ReplayAsync()
    {
        var last = Events.ToList().FindLastIndex(e => e.Kind == HistoryEventKind.OrchestratorStarted);
        var history = new InstanceHistory();
        history.Add(Events.Take(last));
        var news = Events.Skip(last + 1).Where(e => !e.IsStep && e.Kind != HistoryEventKind.ExecutionCompleted).ToList();
        var run = new OrchestratorRun(
            new Instance(1, Id, Name) { Input = Input }, history, _orchestrators[Name], DurableEngineOptions.DefaultConverter, NullLoggerFactory.Instance, () => { });
        var main = run.Run(news, Events[last].Timestamp);
        var steps = run.Context.NewSteps.Select(Describe).ToList();
        if (main is null) return (steps, null, null);
        try
        {
            return (steps, DurableEngineOptions.DefaultConverter.Serialize(await main), null);
        }
#pragma warning disable CA1031 // The orchestrator's failure is what is compared.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (steps, null, e.Message);
        }
    }

    /// <summary>What the last turn scheduled when it was recorded.</summary>
    public IReadOnlyList<string> LastSteps() =>
        [.. Events.Skip(Events.ToList().FindLastIndex(e => e.Kind == HistoryEventKind.OrchestratorStarted)).Where(e => e.IsStep).Select(Describe)];

    private static string Describe(HistoryEvent step) => $"{step.Step} {step.Kind} {step.Name}";

    private static string? WithoutStack(string? failure)
    {
        if (failure is null) return null;
        var json = JsonNode.Parse(failure)!;
        for (var at = json; at is JsonObject; at = at["InnerFailure"]) at["StackTrace"] = null;
        return json.ToJsonString();
    }
}
