using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Email;
using Serverless.Email.Templates;
using Serverless.Http;

namespace Serverless.Notifications;

/// <summary>Validates a request for a notification, all of it at once.</summary>
internal static class NotificationRequestReader
{
    // A column of a table takes 32 K characters.
    private const int MaxPayloadLength = 30_000;
    private const int MaxKeyLength = 200;
    private const int MaxSubjectLength = 998;

    // A year, also a leap year.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(366);

    /// <summary>Reads a request; null when it is at fault, which is noted.</summary>
    public static (Notification Notification, DateTimeOffset NotBefore)? Read(
        JsonObject json, NotificationSettings settings, DateTimeOffset now, ValidationErrors faults)
    {
        var reader = new OptionReader(json, faults);
        var channel = reader.ReadChoice("channel", ("webhook", NotificationChannel.Webhook), ("email", NotificationChannel.Email));
        if (reader.ReadNode("channel") is null) faults.Add("channel", "Is required: \"webhook\" or \"email\".");
        var target = ReadTarget(reader, channel, settings, faults);
        var notification = new Notification
        {
            Id = "",
            Channel = channel ?? default,
            Target = target ?? "",
            Payload = ReadPayload(reader, faults),
            Subject = ReadSubject(reader, faults),
            Template = ReadTemplate(reader, faults),
            Key = ReadKey(reader, faults),
            QuietHours = ReadQuietHours(reader, faults),
            Due = default,
            CreatedAt = default,
        };
        var notBefore = ReadTime(reader, now, faults);
        reader.RefuseOthers();
        return faults.Any ? null : (notification, notBefore);
    }

    private static string? ReadTarget(
        OptionReader reader, NotificationChannel? channel, NotificationSettings settings, ValidationErrors faults)
    {
        if (reader.ReadNode("target") is null) faults.Add("target", "Is required: the URL of the webhook, or the e-mail address.");
        if (reader.ReadText("target") is not { } target || channel is null) return null;
        var fault = channel == NotificationChannel.Webhook
            ? WebhookTarget.FindFault(target, settings)
            : Mailbox.TryParse(target, out _, out var bad) ? null : bad;
        if (fault is not null) faults.Add("target", fault);
        return target;
    }

    private static JsonElement ReadPayload(OptionReader reader, ValidationErrors faults)
    {
        if (reader.ReadNode("payload") is not JsonObject payload)
        {
            faults.Add("payload", "Is required: an object, which is the webhook's body, or the values of the mail's template.");
            return default;
        }

        var json = JsonSerializer.SerializeToElement(payload);
        var length = json.GetRawText().Length;
        if (length > MaxPayloadLength)
            faults.Add(
                "payload", string.Create(
                    CultureInfo.InvariantCulture,
                    $"Is {length} characters long; at most {MaxPayloadLength} are taken. Send a reference to what is larger."));
        return json;
    }

    private static string? ReadSubject(OptionReader reader, ValidationErrors faults)
    {
        var subject = reader.ReadText("subject");
        if (subject?.Length > MaxSubjectLength || subject?.Any(char.IsControl) == true)
            faults.Add("subject", $"Must be one line of at most {MaxSubjectLength} characters, without control characters.");
        return subject;
    }

    private static string? ReadTemplate(OptionReader reader, ValidationErrors faults)
    {
        var template = reader.ReadText("template");
        if (template is not null && !TemplateStore.IsName(template))
            faults.Add("template", "Must be a template's name: 1 to 100 letters, digits and . _ - in folders or not.");
        return template;
    }

    private static string? ReadKey(OptionReader reader, ValidationErrors faults)
    {
        var key = reader.ReadText("key");
        if (key?.Length is 0 or > MaxKeyLength) faults.Add("key", $"Must be 1 to {MaxKeyLength} characters long.");
        return key;
    }

    private static DateTimeOffset ReadTime(OptionReader reader, DateTimeOffset now, ValidationErrors faults)
    {
        if (reader.ReadText("notBefore") is not { } text) return DateTimeOffset.MinValue;
        if (!UtcTime.TryParse(text, out var time)) faults.Add("notBefore", $"Must be {UtcTime.Example}.");
        else if (time > now + MaxWait) faults.Add("notBefore", "Must be within a year from now.");
        else return time;
        return DateTimeOffset.MinValue;
    }

    private static QuietHours? ReadQuietHours(OptionReader reader, ValidationErrors faults)
    {
        var node = reader.ReadNode("quietHours");
        if (node is null) return null;
        if (node is JsonObject json && json.Count == 3
            && TimeOnly.TryParseExact(Text(json, "from"), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            && TimeOnly.TryParseExact(Text(json, "to"), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var to)
            && from != to
            && Text(json, "timeZone") is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            return new QuietHours(from, to, zone);
        faults.Add(
            "quietHours",
            "Must be such as {\"from\": \"22:00\", \"to\": \"07:00\", \"timeZone\": \"Europe/Stockholm\"}: two different times, and an " +
            "IANA time zone.");
        return null;
    }

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
