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
}
