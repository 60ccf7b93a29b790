using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.DeadLetters;

/// <summary>A dead letter as callers see it.</summary>
internal sealed record DeadLetter
{
    private const int MaxBodyLength = 64 * 1024;

    /// <summary>The task's id; the message's when it is no task.</summary>
    public required string Id { get; init; }

    /// <summary>The task's name.</summary>
    public string? Task { get; init; }

    /// <summary>The lane it was dead-lettered in.</summary>
    public required string Lane { get; init; }

    /// <summary>Its sequence number.</summary>
    public required long Number { get; init; }

    /// <summary>The error's class, <c>UnknownTask</c>, <c>Unreadable</c>, or the broker's own reason.</summary>
    public string? Reason { get; init; }

    /// <summary>The error's message.</summary>
    public string? Description { get; init; }

    /// <summary>When it was dead-lettered; when it was sent, if the broker did it.</summary>
    public required DateTimeOffset DeadLettered { get; init; }

    /// <summary>When the task was first sent.</summary>
    public DateTimeOffset? Enqueued { get; init; }

    /// <summary>When an attempt first failed.</summary>
    public DateTimeOffset? FirstFailed { get; init; }

    /// <summary>The attempt that was the last, from 0.</summary>
    public int? Attempt { get; init; }

    /// <summary>The number of times that it came back from the dead letters before.</summary>
    public int? Redrives { get; init; }

    /// <summary>The tenant it ran for.</summary>
    public string? Tenant { get; init; }

    /// <summary>The exception's type.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>The exception's stack; only where one dead letter is shown.</summary>
    public string? Stack { get; init; }

    /// <summary>The task's arguments; only where one dead letter is shown.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>The blob that holds large arguments; only where one dead letter is shown.</summary>
    public string? ArgsBlob { get; init; }

    /// <summary>The caller's own names and values; only where one dead letter is shown.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The start of a message that is no task; only where one dead letter is shown.</summary>
    public string? Body { get; init; }

    /// <summary>As a list shows it.</summary>
    public static DeadLetter Read(string lane, ServiceBusReceivedMessage message) => Read(lane, message, TaskOf(message));

    /// <summary>With all that is known of it.</summary>
    public static DeadLetter ReadWhole(string lane, ServiceBusReceivedMessage message)
    {
        var task = TaskOf(message);
        return Read(lane, message, task) with
        {
            Stack = Text(message, TaskDeadLetter.StackProperty),
            Args = task?.Args,
            ArgsBlob = task?.ArgsBlob is { } blob ? $"{TaskBlobs.Container}/{blob}" : null,
            Headers = task?.Headers,
            Body = task is null ? Start(message.Body.ToString()) : null,
        };
    }

    /// <summary>The id that callers name it by.</summary>
    public static string IdOf(ServiceBusReceivedMessage message) =>
        message.CorrelationId is { Length: > 0 } task ? task : message.MessageId;

    /// <summary>When it was dead-lettered; when it was sent, if the broker did it, which notes no time.</summary>
    public static DateTimeOffset TimeOf(ServiceBusReceivedMessage message) =>
        message.ApplicationProperties.GetValueOrDefault(TaskDeadLetter.TimeProperty) is DateTimeOffset time ? time : message.EnqueuedTime;

    private static DeadLetter Read(string lane, ServiceBusReceivedMessage message, TaskMessage? task) => new()
    {
        Id = IdOf(message),
        Task = task?.Task,
        Lane = lane,
        Number = message.SequenceNumber,
        Reason = message.DeadLetterReason,
        Description = message.DeadLetterErrorDescription,
        DeadLettered = TimeOf(message),
        Enqueued = task?.Enqueued,
        FirstFailed = message.ApplicationProperties.GetValueOrDefault(TaskDeadLetter.FirstFailedProperty) as DateTimeOffset?,
        Attempt = task?.Attempt,
        Redrives = task?.Redrives,
        Tenant = task?.Tenant,
        ExceptionType = Text(message, TaskDeadLetter.TypeProperty),
    };

    private static TaskMessage? TaskOf(ServiceBusReceivedMessage message) =>
        TaskEnvelope.TryRead(message.Body, out var task, out _) ? task : null;

    private static string? Text(ServiceBusReceivedMessage message, string property) =>
        message.ApplicationProperties.GetValueOrDefault(property) is string { Length: > 0 } text ? text : null;

    private static string Start(string body) => body.Length <= MaxBodyLength ? body : body[..MaxBodyLength];
}
