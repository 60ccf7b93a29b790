using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Workflows.Run;

/// <summary>The wish that a run ends, as the event that carries it.</summary>
/// <param name="Reason">Why; may be empty.</param>
/// <param name="Undo">Whether what was done is undone; null leaves that to the definition.</param>
[JsonConverter(typeof(CancellationConverter))]
internal sealed record Cancellation(string Reason, bool? Undo = null);

/// <summary>
/// A cancellation that says nothing of undoing is its reason alone: maps and canvases, which have nothing to undo, take the same event, and
/// so do runs that are under way while the app is updated.
/// </summary>
internal sealed class CancellationConverter : JsonConverter<Cancellation>
{
    private const string Reason = "reason", Undo = "undo";

    public override Cancellation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind != JsonValueKind.Object)
            return new Cancellation(json.ValueKind == JsonValueKind.String ? json.GetString()! : "");
        return new Cancellation(
            json.TryGetProperty(Reason, out var reason) && reason.ValueKind == JsonValueKind.String ? reason.GetString()! : "",
            json.TryGetProperty(Undo, out var undo) && undo.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? undo.GetBoolean() : null);
    }

    public override void Write(Utf8JsonWriter writer, Cancellation value, JsonSerializerOptions options)
    {
        if (value.Undo is not { } undo)
        {
            writer.WriteStringValue(value.Reason);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString(Reason, value.Reason);
        writer.WriteBoolean(Undo, undo);
        writer.WriteEndObject();
    }
}
