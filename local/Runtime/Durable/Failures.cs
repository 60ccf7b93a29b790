using System.Text.Json;
using Microsoft.DurableTask;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Failures as they are stored: JSON beside an instance, the framework's own form in a history.</summary>
internal static class Failures
{
    public static string Write(TaskFailureDetails failure) => JsonSerializer.Serialize(failure);

    public static TaskFailureDetails Read(string json) => JsonSerializer.Deserialize<TaskFailureDetails>(json)
        ?? throw new InvalidDataException("A stored failure is empty.");

    public static P.TaskFailureDetails ToProto(TaskFailureDetails failure) => new()
    {
        ErrorType = failure.ErrorType,
        ErrorMessage = failure.ErrorMessage,
        StackTrace = failure.StackTrace,
        InnerFailure = failure.InnerFailure is { } inner ? ToProto(inner) : null,
    };

    public static TaskFailureDetails FromProto(P.TaskFailureDetails failure) => new(
        failure.ErrorType, failure.ErrorMessage, failure.StackTrace, failure.InnerFailure is { } inner ? FromProto(inner) : null, null);
}
