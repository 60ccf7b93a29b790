using System.Globalization;
using Serverless.Local.Screens;
using Serverless.Tasks.Store;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Shows a task.</summary>
internal static class TaskView
{
    public static string State(TaskRecord task) => task.State.ToString().ToUpperInvariant();

    public static void Show(IScreen screen, TaskRecord task) => screen.WriteFacts(
    [
        ("Task", task.Id),
        ("Name", task.Task),
        ("State", State(task)),
        ("Progress", Progress(task.Progress)),
        ("Queue", task.Queue),
        ("Tenant", task.Tenant),
        ("Parent", task.ParentId),
        ("Workflow", task.WorkflowId),
        ("Attempt", task.Attempt.ToString(CultureInfo.InvariantCulture)),
        ("Redrives", task.Redrives > 0 ? Texts.Number(task.Redrives) : null),
        ("Sent", Texts.Moment(task.Enqueued)),
        ("Due", Texts.Moment(task.Due)),
        ("Started", Texts.Moment(task.Started)),
        ("Ended", Texts.Moment(task.Ended)),
        ("Forgotten", Texts.Moment(task.Forgotten)),
        ("Error", Error(task.Error)),
        ("Result", task.Result is { } result ? Texts.Short(result.GetRawText(), 1000) : null),
    ]);

    public static string? Progress(TaskProgress? progress) => progress switch
    {
        null => null,
        { Total: > 0 } => $"{Texts.Number(progress.Current)} of {Texts.Number(progress.Total)} {progress.Status}".TrimEnd(),
        _ => $"{Texts.Number(progress.Current)} {progress.Status}".TrimEnd(),
    };

    public static string? Error(TaskError? error) => error switch
    {
        null => null,
        { Class: { } errorClass } => $"{errorClass}: {error.Message}",
        _ => error.Message,
    };
}
