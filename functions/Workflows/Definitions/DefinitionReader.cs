using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Http;
using Serverless.Workflows.InputSchemas;

namespace Serverless.Workflows.Definitions;

/// <summary>Reads a definition's form; what its names and references mean is <see cref="DefinitionCheck"/>'s.</summary>
internal sealed partial class DefinitionReader(ValidationErrors faults)
{
    private const string StepNameRule = "Must be letters, digits and underscores, no digit first, at most 64.";
    private const int MaxDepth = 20;
    private const int MaxTimeoutSeconds = 30 * 86_400;
    private const int MaxChunkSize = 10_000;
    private const int MaxChunks = 100;

    /// <summary>The rule for names of workflows.</summary>
    public const string NameRule = "Must be lower-case letters, digits and underscores, a letter first, at most 64.";

    /// <summary>True for what a workflow may be called.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Steps are left out, because they could not be read.</summary>
    public bool HasGaps { get; private set; }

    /// <summary>The definition; what is at fault is noted and left out.</summary>
    /// <param name="json">The definition.</param>
    /// <param name="name">What the address says.</param>
    public WorkflowDefinition Read(JsonElement json, string name)
    {
        var reader = new StepReader(json, "", faults);
        reader.ReadElement("$schema");
        if (reader.ReadText("name", Name(), NameRule) is { } given && given != name)
            faults.Add("name", $"Must be \"{name}\", as in the address.");
        var definition = new WorkflowDefinition
        {
            Name = name,
            Version = reader.ReadInteger("version", 1, int.MaxValue),
            Description = reader.ReadText("description"),
            TimeoutSeconds = reader.ReadInteger("timeoutSeconds", 1, MaxTimeoutSeconds) ?? 3600,
            InputSchema = Schema(reader),
            Schedule = Schedule(reader),
            UndoOnCancel = reader.ReadBoolean("undoOnCancel") ?? false,
            Steps = Steps(reader.ReadObjects("steps", required: true), 1),
        };
        reader.RefuseOthers("A workflow");
        return definition;
    }

    private JsonElement? Schema(StepReader reader)
    {
        if (reader.ReadElement("inputSchema") is not { } schema) return null;
        InputSchema.Read(schema, "inputSchema", faults);
        return schema;
    }

    private JsonElement? Schedule(StepReader reader)
    {
        if (reader.ReadElement("schedule") is not { } schedule) return null;
        if (schedule.ValueKind == JsonValueKind.Object) return schedule;
        faults.Add("schedule", "Must be an object such as {\"cron\": \"0 3 * * *\", \"timeZone\": \"Europe/Berlin\"}.");
        return null;
    }

    private List<WorkflowStep> Steps(IReadOnlyList<(JsonElement Json, string Path)> objects, int depth)
    {
        if (depth <= MaxDepth || objects.Count == 0)
            return [.. objects.Select(o => Step(new StepReader(o.Json, o.Path, faults), depth))];
        HasGaps = true;
        faults.Add(objects[0].Path, $"Steps stand inside steps more than {MaxDepth} deep.");
        return [];
    }

    private WorkflowStep Step(StepReader reader, int depth)
    {
        var name = reader.ReadText("name", StepName(), StepNameRule, required: true) ?? "";
        if (name.Length == 0) HasGaps = true;
        var type = reader.ReadChoice(
            "type", required: true,
            ("task", WorkflowStepType.Task), ("parallel", WorkflowStepType.Parallel), ("conditional", WorkflowStepType.Conditional),
            ("map", WorkflowStepType.Map), ("workflow", WorkflowStepType.Workflow), ("orchestration", WorkflowStepType.Orchestration),
            ("wait", WorkflowStepType.Wait), ("approval", WorkflowStepType.Approval));

        // Of a type that cannot be read nothing is known: one fault is enough.
        if (type is not { } known)
        {
            HasGaps = true;
            return new WorkflowStep { Name = name, Type = WorkflowStepType.Parallel };
        }

        var step = Members(reader, new WorkflowStep { Name = name, Type = known }, depth);
        reader.RefuseOthers($"A step of type {JsonSerializer.SerializeToElement(known).GetString()}");
        return step;
    }

    private WorkflowStep Members(StepReader reader, WorkflowStep step, int depth) => step.Type switch
    {
        WorkflowStepType.Task => TaskMembers(reader, step),
        WorkflowStepType.Map => TaskMembers(reader, step) with
        {
            Items = Items(reader),
            ChunkSize = reader.ReadInteger("chunkSize", 1, MaxChunkSize),
            MaxConcurrency = reader.ReadInteger("maxConcurrency", 1, MaxChunks),
            Tolerate = reader.ReadTolerance("tolerate"),
        },
        WorkflowStepType.Parallel =>
            step with
            {
                Steps = Steps(reader.ReadObjects("steps", required: true), depth + 1),
                Tolerate = reader.ReadTolerance("tolerate"),
            },
        WorkflowStepType.Conditional => step with
        {
            Condition = reader.ReadText("condition", maxLength: 4_000, required: true),
            Then = Steps(reader.ReadObjects("then", required: true), depth + 1),
            Else = Steps(reader.ReadObjects("else", required: false), depth + 1),
        },
        WorkflowStepType.Workflow =>
            step with
            {
                Workflow = reader.ReadText("workflow", Name(), NameRule, required: true),
                Args = reader.ReadElement("args"),
                Undo = Undo(reader),
            },
        WorkflowStepType.Wait => WaitMembers(reader, step, reader.ReadText("signal", StepName(), StepNameRule)),
        WorkflowStepType.Approval => WaitMembers(reader, step, signal: null) with
        {
            Ask = Ask(reader),
            OnReject = reader.ReadChoice("onReject", required: false, ("fail", TimeoutRule.Fail), ("continue", TimeoutRule.Continue)),
        },
        _ => step with
        {
            Orchestration = reader.ReadText("orchestration", required: true),
            Args = reader.ReadElement("args"),
            Undo = Undo(reader),
        },
    };

    private WorkflowStep TaskMembers(StepReader reader, WorkflowStep step) => step with
    {
        Task = reader.ReadText("task", required: true),
        Args = reader.ReadElement("args"),
        Retry = Retry(reader),
        Queue = reader.ReadText("queue"),
        Via = Via(reader),
        Undo = Undo(reader),
    };

    private static TaskVia Via(StepReader reader) =>
        reader.ReadChoice("via", required: false, ("queue", TaskVia.Queue), ("activity", TaskVia.Activity)) ?? TaskVia.Queue;

    private StepUndo? Undo(StepReader outer)
    {
        if (outer.ReadElement("undo") is not { } json) return null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(outer.PathOf("undo"), "Must be an object such as {\"task\": \"payments.refund\", \"args\": {}}.");
            return null;
        }

        var reader = new StepReader(json, outer.PathOf("undo"), faults);
        var undo = new StepUndo(reader.ReadText("task", required: true) ?? "")
        {
            Args = reader.ReadElement("args"),
            Retry = Retry(reader),
            Queue = reader.ReadText("queue"),
            Via = Via(reader),
        };
        reader.RefuseOthers("What undoes a step");
        return undo.Task.Length > 0 ? undo : null;
    }

    private JsonElement? Ask(StepReader outer)
    {
        if (outer.ReadElement("ask") is not { } json) return null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(outer.PathOf("ask"), "Must be an object such as {\"email\": \"ada@example.org\", \"message\": \"May it go on?\"}.");
            return null;
        }

        var reader = new StepReader(json, outer.PathOf("ask"), faults);
        var ways = new[] { reader.ReadElement("email"), reader.ReadElement("webhook") };
        if (ways.All(way => way is null)) faults.Add(outer.PathOf("ask"), "Needs \"email\" or \"webhook\": who is to decide?");
        foreach (var member in (string[])["subject", "message", "details"]) reader.ReadElement(member);
        reader.RefuseOthers("The question of an approval");
        return json;
    }

    private WorkflowStep WaitMembers(StepReader reader, WorkflowStep step, string? signal)
    {
        var wait = step with
        {
            Signal = signal ?? step.Name,
            Condition = reader.ReadText("condition", maxLength: 4_000),
            TimeoutSeconds = reader.ReadInteger("timeoutSeconds", 1, MaxTimeoutSeconds),
            OnTimeout = reader.ReadChoice("onTimeout", required: false, ("fail", TimeoutRule.Fail), ("continue", TimeoutRule.Continue)),
            Default = reader.ReadElement("default"),
        };
        if (wait is { OnTimeout: not null, TimeoutSeconds: null }) faults.Add(reader.PathOf("onTimeout"), "Needs \"timeoutSeconds\".");
        if (wait is { Default: not null, OnTimeout: not TimeoutRule.Continue })
            faults.Add(reader.PathOf("default"), "Needs \"onTimeout\": \"continue\".");
        return wait;
    }

    private WorkflowRetry? Retry(StepReader outer)
    {
        if (outer.ReadElement("retry") is not { } json) return null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(outer.PathOf("retry"), "Must be an object such as {\"maxRetries\": 3, \"delaySeconds\": 60}.");
            return null;
        }

        var reader = new StepReader(json, outer.PathOf("retry"), faults);
        var retry = new WorkflowRetry(
            reader.ReadInteger("maxRetries", 0, 100, required: true) ?? 0, reader.ReadInteger("delaySeconds", 0, 86_400)
                ?? 60, reader.ReadNumber("backoff", 1, 10) ?? 2);
        reader.RefuseOthers("A retry");
        return retry;
    }

    private JsonElement? Items(StepReader reader)
    {
        if (reader.ReadElement("items") is not { } items)
        {
            faults.Add(reader.PathOf("items"), "Is required.");
            return null;
        }

        if (ItemSource.FindFault(items, allowReference: true) is { } fault) faults.Add(reader.PathOf("items"), fault);
        return items;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z")]
    private static partial Regex StepName();
}
