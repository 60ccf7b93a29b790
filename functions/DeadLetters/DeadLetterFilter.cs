using Azure.Messaging.ServiceBus;

namespace Serverless.DeadLetters;

/// <summary>Which dead letters are meant; what is null does not matter.</summary>
/// <param name="Ids">Ids of tasks, or of messages that are no tasks.</param>
/// <param name="Task">The task's name, or the start of names followed by <c>*</c>.</param>
/// <param name="Reason">Why they are there, such as an error class; case does not matter.</param>
/// <param name="Since">Dead-lettered at or after this time.</param>
/// <param name="Before">Dead-lettered before this time.</param>
/// <param name="Group">With this fingerprint: <see cref="DeadLetterGroup.Key"/>.</param>
internal sealed record DeadLetterFilter(
    IReadOnlyList<string>? Ids = null, string? Task = null, string? Reason = null, DateTimeOffset? Since = null,
    DateTimeOffset? Before = null, string? Group = null)
{
    /// <summary>True when every dead letter is meant.</summary>
    public bool IsEmpty => this is { Ids: null, Task: null, Reason: null, Since: null, Before: null, Group: null };

    /// <summary>True when the message is meant.</summary>
    public bool Matches(ServiceBusReceivedMessage message) =>
        (Ids is null || Ids.Contains(DeadLetter.IdOf(message), StringComparer.Ordinal))
        && (Task is null || MatchesTask(message.Subject ?? ""))
        && (Reason is null || string.Equals(Reason, message.DeadLetterReason, StringComparison.OrdinalIgnoreCase))
        && (Since is null || DeadLetter.TimeOf(message) >= Since)
        && (Before is null || DeadLetter.TimeOf(message) < Before)
        && (Group is null || DeadLetterFingerprint.Of(message).CreateKey() == Group);

    private bool MatchesTask(string name) => Task!.EndsWith('*') ? name.StartsWith(Task[..^1], StringComparison.Ordinal) : name == Task;
}
