using Serverless.Errors;

namespace Serverless.Tasks;

/// <summary>Why a task lies among the dead letters.</summary>
/// <param name="Class">The error's class, which is the dead letter's reason.</param>
/// <param name="Type">The exception's type.</param>
/// <param name="Message">The exception's message, which is the dead letter's description.</param>
/// <param name="Stack">The exception with its stack, cut to fit a property.</param>
public sealed record TaskDeadLetter(ErrorClass Class, string Type, string Message, string Stack)
{
    // Service Bus takes 32 KB a property, and 4,096 characters of a reason or description.
    private const int LongestStack = 15_000;
    private const int LongestDescription = 4_000;

    /// <summary>From what a run threw.</summary>
    public static TaskDeadLetter From(ErrorClass errorClass, Exception exception) => new(
        errorClass, exception.GetType().FullName!, Cut(exception.Message, LongestDescription), Cut(exception.ToString(), LongestStack));

    /// <summary>The dead letter's properties.</summary>
    public Dictionary<string, object> Properties(TaskMessage message, DateTimeOffset now) => new()
    {
        ["TaskId"] = message.Id,
        ["Task"] = message.Task,
        ["Attempt"] = message.Attempt,
        ["ExceptionType"] = Type,
        ["Stack"] = Stack,
        ["FirstFailed"] = message.FirstFailed ?? now,
    };

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
