using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Store;

/// <summary>
/// Rows of the table of runs. A run's partition is its id: the row <c>run</c> and one for each step that began. <see cref="Index"/> has a
/// row a run, the newest first, with what lists are filtered by.
/// </summary>
internal static class RunRows
{
    public const string Run = "run", StepPrefix = "step-";

    /// <summary>The runs in the order in which they were asked for; no id has such a character.</summary>
    public static TimeIndex Index { get; } = new("~runs");

    /// <summary>The approvals that somebody may have to decide, in the order in which they began to wait.</summary>
    public static TimeIndex Approvals { get; } = new("~approvals");

    /// <summary>The form of the table's keys.</summary>
    public static readonly TableForm Form = new(RunStore.TableName, 2, [new("index", Move)]);

    public const string Name = "Workflow", Version = "Version", State = "State", Created = "Created", Ended = "Ended", TotalSteps =
        "TotalSteps",
        RerunOf = "RerunOf", From = "From", Parent = "Parent", Id = "Id", Step = "Step", Request = "Request", IsBegun = "IsBegun",
        Tags = "Tags", IsUndoing = "IsUndoing";

    /// <summary>Columns of an error, which rows of the index have as well.</summary>
    public const string ErrorType = "ErrorType", ErrorMessage = "ErrorMessage";

    // What is searched is read again and again.
    private const int MaxIndexedError = 500;

    private const string Type = "Type", Started = "Started", Attempts = "Attempts", WorkId = "WorkId", TakenFrom = "TakenFrom",
        Signal = "Signal", UndoId = "UndoId", Until = "Until", ErrorStep = "ErrorStep", Input = "Input", Output = "Output", Result =
            "Result";

    public static TableEntity OfRun(RunRecord run)
    {
        var row = new TableEntity(run.Id, Run)
        {
            [Name] = run.Workflow,
            [Version] = run.Version,
            [State] = run.Status.ToString(),
            [Created] = run.Created,
            [TotalSteps] = run.TotalSteps,
        };
        if (run.RerunOf is not null) row[RerunOf] = run.RerunOf;
        if (TaskTags.Join(run.Tags) is { } tags) row[Tags] = tags;
        if (run.RerunFrom is not null) row[From] = run.RerunFrom;
        if (run.Parent is not null) row[Parent] = run.Parent;
        if (run.Request is not null) row[Request] = run.Request;
        if (run.IsBegun) row[IsBegun] = true;
        Write(row, Input, run.Input);
        return row;
    }

    /// <summary>The change of a run that ends.</summary>
    public static void End(TableEntity row, RunState state, DateTimeOffset ended, StoredValue? output, StepError? error)
    {
        row[State] = state.ToString();
        row[Ended] = ended;
        Write(row, Output, output);
        Write(row, error);
    }

    public static RunRecord ToRun(TableEntity row) => new(
        row.PartitionKey, row.GetString(Name), row.GetInt32(Version)
            ?? 0, Enum.Parse<RunState>(row.GetString(State)), row.GetDateTimeOffset(Created) ?? default)
    {
        TotalSteps = row.GetInt32(TotalSteps) ?? 0,
        Ended = row.GetDateTimeOffset(Ended),
        RerunOf = row.GetString(RerunOf),
        RerunFrom = row.GetString(From),
        Tags = TaskTags.Split(row.GetString(Tags)),
        Parent = row.GetString(Parent),
        Request = row.GetString(Request),
        IsBegun = row.GetBoolean(IsBegun) ?? false,
        IsUndoing = row.GetBoolean(IsUndoing) ?? false,
        Input = ReadValue(row, Input),
        Output = ReadValue(row, Output),
        Error = ReadError(row),
    };

    public static TableEntity OfStep(string runId, StepRecord step)
    {
        var row = new TableEntity(runId, StepPrefix + step.Name) { [Type] = step.Type.ToString(), [State] = step.Status.ToString() };
        if (step.Started is { } started) row[Started] = started;
        if (step.Ended is { } ended) row[Ended] = ended;
        if (step.Attempts is { } attempts) row[Attempts] = attempts;
        if (step.WorkId is not null) row[WorkId] = step.WorkId;
        if (step.TakenFrom is not null) row[TakenFrom] = step.TakenFrom;
        if (step.Signal is not null) row[Signal] = step.Signal;
        if (step.UndoId is not null) row[UndoId] = step.UndoId;
        if (step.Until is { } until) row[Until] = until;
        Write(row, Result, step.Result);
        Write(row, step.Error);
        return row;
    }

    public static StepRecord ToStep(TableEntity row) => new(
        row.RowKey[StepPrefix.Length..], Enum.Parse<WorkflowStepType>(row.GetString(Type)), Enum.Parse<StepState>(row.GetString(State)))
    {
        Started = row.GetDateTimeOffset(Started),
        Ended = row.GetDateTimeOffset(Ended),
        Attempts = row.GetInt32(Attempts),
        WorkId = row.GetString(WorkId),
        TakenFrom = row.GetString(TakenFrom),
        Signal = row.GetString(Signal),
        UndoId = row.GetString(UndoId),
        Until = row.GetDateTimeOffset(Until),
        Result = ReadValue(row, Result),
        Error = ReadError(row),
    };

    public static TableEntity OfIndex(RunRecord run)
    {
        var row = Index.CreateRow(run.Created, run.Id);
        (row[Id], row[Name], row[State], row[Created]) = (run.Id, run.Workflow, run.Status.ToString(), run.Created);
        if (TaskTags.Join(run.Tags) is { } tags) row[Tags] = tags;
        if (run.Error is not { } error) return row;
        row[ErrorType] = error.Type;
        row[ErrorMessage] = error.Message.Length > MaxIndexedError ? error.Message[..MaxIndexedError] : error.Message;
        return row;
    }

    /// <summary>The row that an approval is listed by.</summary>
    public static TableEntity OfApproval(string runId, string step, DateTimeOffset since)
    {
        var row = Approvals.CreateRow(since, $"{runId}~{step}");
        (row[Id], row[Step]) = (runId, step);
        return row;
    }

    /// <summary>The hours in which runs may not have ended.</summary>
    public static OpenHours Open(TimeProvider time) => new("~open", time);

    private static IEnumerable<TableEntity> Move(TableEntity row)
    {
        if (row.GetString(State) is nameof(RunState.Pending) or nameof(RunState.Running))
            yield return Open(TimeProvider.System).RowOf(row.GetDateTimeOffset(Created) ?? default);
        yield return MovedPartition.Under(Index.PartitionOf(row.RowKey), row);
    }

    // As bytes: a string would take two a character, of the 64 KiB that a property holds.
    private static void Write(TableEntity row, string name, StoredValue? value)
    {
        if (value?.Json is { } json) row[name] = JsonSerializer.SerializeToUtf8Bytes(json);
        if (value?.Blob is { } blob) row[name + "Blob"] = blob;
    }

    private static StoredValue? ReadValue(TableEntity row, string name) => row.GetBinary(name) is { } json
        ? new StoredValue(JsonSerializer.Deserialize<JsonElement>(json))
        : row.GetString(name + "Blob") is { } blob ? new StoredValue(Blob: blob) : null;

    private static void Write(TableEntity row, StepError? error)
    {
        if (error is null) return;
        (row[ErrorType], row[ErrorMessage]) = (error.Type, error.Message);
        if (error.Step is not null) row[ErrorStep] = error.Step;
    }

    private static StepError? ReadError(TableEntity row) =>
        row.GetString(ErrorMessage) is { } message ? new StepError(row.GetString(ErrorType), message, row.GetString(ErrorStep)) : null;
}
