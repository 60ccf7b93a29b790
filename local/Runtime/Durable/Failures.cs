using System.Text.Json;
using Microsoft.DurableTask;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Failures as they are stored.</summary>
internal static class Failures
{
    public static string Write(TaskFailureDetails failure) => JsonSerializer.Serialize(failure);

    public static string Write(Exception exception) => Write(TaskFailureDetails.FromException(exception));

    public static TaskFailureDetails Read(string json) => JsonSerializer.Deserialize<TaskFailureDetails>(json)
        ?? throw new InvalidDataException("A stored failure is empty.");

    /// <summary>With the failure inside, where whoever describes the exception finds it.</summary>
    public static TaskFailedException Thrown(string task, int step, TaskFailureDetails failure) => new(task, step, Core(failure));

    /// <summary>A failure as the framework throws it.</summary>
    public static DurableTask.Core.Exceptions.TaskFailedException Core(TaskFailureDetails failure) =>
        new(failure.ErrorMessage, new InvalidOperationException(failure.ErrorMessage)) { FailureDetails = Details(failure) };

    private static DurableTask.Core.FailureDetails Details(TaskFailureDetails failure) => new(
        failure.ErrorType, failure.ErrorMessage, failure.StackTrace, failure.InnerFailure is { } inner ? Details(inner) : null, isNonRetriable: false);
}
