using System.Globalization;
using System.Text.Json;
using Serverless.Notifications;

namespace Serverless.Alarms;

/// <summary>
/// Tells an alarm's messages as notifications. Their keys are made of alarm, message and receiver, so that a message that is told again
/// after a crash, or by two instances, is one notification for each receiver.
/// </summary>
internal sealed class AlarmMessenger(NotificationStore notifications)
{
    // Longer than anybody tells a message again.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>Accepts the notifications of all messages that are pending.</summary>
    public async Task TellAsync(Alarm alarm, CancellationToken cancellationToken)
    {
        foreach (var message in alarm.State.Pending)
        {
            foreach (var email in alarm.Definition.Emails ?? [])
                await AddAsync(alarm, message, NotificationChannel.Email, email, cancellationToken);
            foreach (var webhook in alarm.Definition.Webhooks ?? [])
                await AddAsync(alarm, message, NotificationChannel.Webhook, webhook, cancellationToken);
        }
    }

    private async Task AddAsync(
        Alarm alarm, AlarmMessage message, NotificationChannel channel, string target, CancellationToken cancellationToken) =>
        await notifications.AddAsync(
            new Notification
            {
                Id = "",
                Channel = channel,
                Target = target,
                Payload = JsonSerializer.SerializeToElement(AlarmPayload.Of(alarm, message), AlarmJson.Options),
                Key = BuildKey(alarm, message, channel, target),
                Due = default,
                CreatedAt = default,
            },
            DateTimeOffset.MinValue, Remembered, cancellationToken);

    private static string BuildKey(Alarm alarm, AlarmMessage message, NotificationChannel channel, string target) => string.Create(
        CultureInfo.InvariantCulture, $"alarm/{alarm.Id}/{message.Number}/{Storage.ContentHash.Of(channel.ToString(), target)}");
}

/// <summary>The content for receivers: the body of a webhook, and the values of the template <c>message</c>.</summary>
/// <param name="Heading">The alarm and how it stands, in a line.</param>
/// <param name="Body">A line for each cause.</param>
/// <param name="Alarm">The alarm's name.</param>
/// <param name="State"><c>raised</c> or <c>good</c>.</param>
/// <param name="At">When it was found out.</param>
/// <param name="Causes">The causes.</param>
/// <param name="More">So many besides.</param>
internal sealed record AlarmPayload(
    string Heading, string Body, string Alarm, string State, DateTimeOffset At, IReadOnlyList<NamedCause> Causes, int More)
{
    /// <summary>Words a message.</summary>
    public static AlarmPayload Of(Alarm alarm, AlarmMessage message)
    {
        var names = message.Causes.Count + message.More == 1
            ? message.Causes[0].Name
            : string.Create(CultureInfo.InvariantCulture, $"{message.Causes[0].Name} and {message.Causes.Count + message.More - 1} more");
        var heading = message.IsGood ? $"Good again: {alarm.Name} ({names})" : $"Alarm: {alarm.Name} ({names})";
        var lines = message.Causes.Select(c => message.IsGood ? $"{c.Name} is good again. {c.Detail}" : $"{c.Name}: {c.Detail}");
        if (message.More > 0) lines = lines.Append(string.Create(CultureInfo.InvariantCulture, $"And {message.More} more."));
        return new AlarmPayload(
            heading, string.Join('\n', lines), alarm.Name, message.IsGood ? "good" : "raised", message.At, message.Causes, message.More);
    }
}
