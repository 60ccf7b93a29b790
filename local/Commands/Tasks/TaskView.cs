using System.Globalization;
using Serverless.Local.Screens;
using Serverless.Tasks.Store;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Shows a task.</summary>
internal static class TaskView
{
    public static string FormatState(TaskRecord task) => task.State.ToString().ToUpperInvariant();

    public static void Show(IScreen screen, TaskRecord task) => screen.WriteFacts(
    [
        ("Task", task.Id),
        ("Name", task.Task),
        ("State", FormatState(task)),
        ("Progress", FormatProgress(task.Progress)),
        ("Queue", task.Queue),
        ("Tenant", task.Tenant),
        ("Parent", task.ParentId),
        ("Workflow", task.WorkflowId),
        ("Attempt", task.Attempt.ToString(CultureInfo.InvariantCulture)),
        ("Redrives", task.Redrives > 0 ? Texts.FormatNumber(task.Redrives) : null),
        ("Sent", Texts.FormatTime(task.Enqueued)),
        ("Due", Texts.FormatTime(task.Due)),
        ("Started", Texts.FormatTime(task.Started)),
        ("Ended", Texts.FormatTime(task.Ended)),
        ("Forgotten", Texts.FormatTime(task.Forgotten)),
        ("Arguments", FormatArguments(task)),
        ("Error", FormatError(task.Error)),
        ("Result", task.Result is { } result ? Texts.Shorten(result.GetRawText(), 1000) : null),
    ]);

    public static string? FormatProgress(TaskProgress? progress) => progress switch
    {
        null => null,
        { Total: > 0 } => $"{Texts.FormatNumber(progress.Current)} of {Texts.FormatNumber(progress.Total)} {progress.Status}".TrimEnd(),
        _ => $"{Texts.FormatNumber(progress.Current)} {progress.Status}".TrimEnd(),
    };

    private static string? FormatArguments(TaskRecord task) => task switch
    {
        { Args: { } args } => Texts.Shorten(args.GetRawText(), 1000),
        { ArgsBlob: { } blob } => blob,
        { ArgsMissing: StoredArguments.Private } => "not kept: the task's handler wants it so",
        { ArgsMissing: StoredArguments.Size } => "in the message alone: too large for the record",
        _ => null,
    };

    public static string? FormatError(TaskError? error) => error switch
    {
        null => null,
        { Class: { } errorClass } => $"{errorClass}: {error.Message}",
        _ => error.Message,
    };
}
