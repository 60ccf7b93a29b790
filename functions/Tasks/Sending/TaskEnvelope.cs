using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <summary>Task messages as Service Bus messages.</summary>
internal static class TaskEnvelope
{
    /// <summary>256 KB of Service Bus Standard, less room for the properties.</summary>
    public const int MaxBodyBytes = 240 * 1024;

    /// <summary>The property that carries the sender's trace context; the name that the Service Bus SDK uses.</summary>
    public const string TraceProperty = "Diagnostic-Id";

    /// <summary>The message to send.</summary>
    /// <exception cref="TaskTooLargeException">It is over <see cref="MaxBodyBytes"/>.</exception>
    public static OutgoingMessage Write(TaskMessage message, QueueEntry queue)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, AppJson.Options);
        if (body.Length > MaxBodyBytes) throw new TaskTooLargeException($"The message of task '{message.Task}'", body.Length, MaxBodyBytes);
        return new OutgoingMessage(MessageId(message), BinaryData.FromBytes(body))
        {
            SessionId = queue.RequiresSession ? message.Slot?.SessionId ?? message.Tenant ?? message.Id : null,
            Subject = message.Task,
            CorrelationId = message.Id,
            Properties = Activity.Current?.Id is { } trace ? new Dictionary<string, object> { [TraceProperty] = trace } : null,
        };
    }

    /// <summary>Reads a message's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="message">The task.</param>
    /// <param name="fault">Why it cannot be read.</param>
    public static bool TryRead(BinaryData body, [NotNullWhen(true)] out TaskMessage? message, [NotNullWhen(false)] out string? fault)
    {
        message = null;
        try
        {
            message = JsonSerializer.Deserialize<TaskMessage>(body, AppJson.Options);
            fault = message switch
            {
                null => "The message is null.",
                { Version: > TaskMessage.CurrentVersion or < 1 } =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The message has version {message.Version}; this app reads up to {TaskMessage.CurrentVersion}."),
                _ when !TaskKey.IsValid(message.Id) => "The message's task id is refused.",
                _ => null,
            };
        }
        catch (JsonException e)
        {
            fault = $"The message is no task: {e.Message}";
        }

        return fault is null;
    }

    // The attempt is part of the id, so that duplicate detection swallows a second copy of one attempt and lets the next through.
    private static string MessageId(TaskMessage message) => string.Create(
        CultureInfo.InvariantCulture,
        $"{message.Id}:{message.Attempt}:{message.Redrives}:{message.Deferrals}{(message.DeadLetter is null ? "" : ":d")}");
}
