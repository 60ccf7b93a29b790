using System.Text;
using Serverless.Resilience;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Tasks;

/// <summary>The reason that a task lies among the dead letters for.</summary>
/// <param name="Reason">The error's class, or <c>UnknownTask</c>.</param>
/// <param name="Type">The name of the exception's type.</param>
/// <param name="Message">The exception's message, which is the dead letter's description.</param>
/// <param name="Stack">The exception with its stack, cut to fit a property.</param>
internal sealed record TaskDeadLetter(string Reason, string Type, string Message, string Stack)
{
    /// <summary>When it was dead-lettered.</summary>
    public const string TimeProperty = "DeadLettered";

    /// <summary>When an attempt first failed.</summary>
    public const string FirstFailedProperty = "FirstFailed";

    /// <summary>The exception's type.</summary>
    public const string TypeProperty = "ExceptionType";

    /// <summary>The exception's stack.</summary>
    public const string StackProperty = "Stack";

    private const string IdProperty = "TaskId", TaskProperty = "Task", AttemptProperty = "Attempt";

    // Service Bus takes 4,096 characters of a description, and 32 KB a property.
    private const int MaxDescriptionLength = 4_000;
    private const int MaxStackBytes = 30 * 1024;

    /// <summary>From what a run threw.</summary>
    public static TaskDeadLetter From(ErrorClass errorClass, Exception exception) => new(
        errorClass.ToString(), ErrorName.Of(exception), Description(exception.Message), CutToBytes(exception.ToString()));

    /// <summary>From what is stored of a run whose stack is lost.</summary>
    public static TaskDeadLetter From(TaskError error) =>
        new((error.Class ?? ErrorClass.Other).ToString(), error.Type ?? "", Description(error.Message), "");

    /// <summary>For a task that the app has no handler for.</summary>
    public static TaskDeadLetter UnknownTask(string task) =>
        new(nameof(UnknownTask), nameof(UnknownTaskException), Description($"The app has no handler for the task '{task}'."), "");

    /// <summary>The names of <see cref="BuildProperties"/>.</summary>
    public static IReadOnlyList<string> PropertyNames { get; } =
        [IdProperty, TaskProperty, AttemptProperty, TypeProperty, StackProperty, FirstFailedProperty, TimeProperty];

    /// <summary>The dead letter's properties.</summary>
    public Dictionary<string, object> BuildProperties(TaskMessage message, DateTimeOffset now) => new()
    {
        [IdProperty] = message.Id,
        [TaskProperty] = message.Task,
        [AttemptProperty] = message.Attempt,
        [TypeProperty] = Type,
        [StackProperty] = Stack,
        [FirstFailedProperty] = message.FirstFailed ?? now,
        [TimeProperty] = now,
    };

    private static string Description(string text) => text.Length <= MaxDescriptionLength ? text : text[..MaxDescriptionLength];

    private static string CutToBytes(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxStackBytes) return text;
        Encoding.UTF8.GetEncoder().Convert(text, new byte[MaxStackBytes], flush: false, out var taken, out _, out _);
        return text[..taken];
    }
}
