using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Notifications;

/// <summary>A notification as it is stored and shown.</summary>
internal sealed record Notification
{
    /// <summary>Its id. The first character tells the partition.</summary>
    public required string Id { get; init; }

    /// <summary>The way to its receiver.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<NotificationChannel>))]
    public required NotificationChannel Channel { get; init; }

    /// <summary>The receiver: a URL or an address.</summary>
    public required string Target { get; init; }

    /// <summary>The content for the receiver.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>The subject of mail; null takes the template's.</summary>
    public string? Subject { get; init; }

    /// <summary>The template of mail.</summary>
    public string? Template { get; init; }

    /// <summary>Two of the same key within the window are one.</summary>
    public string? Key { get; init; }

    /// <summary>When the receiver is not to be disturbed.</summary>
    public QuietHours? QuietHours { get; init; }

    /// <summary>The state.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<NotificationState>))]
    public NotificationState State { get; init; }

    /// <summary>Not delivered before.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was delivered or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Deliveries that were tried.</summary>
    public int Attempts { get; init; }

    /// <summary>The number of times that it was put off to the end of quiet hours after it had been queued.</summary>
    [JsonIgnore]
    public int Round { get; init; }

    /// <summary>The error of the last delivery.</summary>
    public string? Error { get; init; }
}
