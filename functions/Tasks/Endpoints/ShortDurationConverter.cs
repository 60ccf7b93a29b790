using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Tasks.Endpoints;

/// <summary>Durations as people write them: <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal sealed class ShortDurationConverter : JsonConverter<TimeSpan>
{
    private const int MaxNumber = 100_000_000;

    /// <summary>Reads one; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > MaxNumber) return false;
        int? seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => null };
        if (seconds is not { } unit) return false;
        duration = TimeSpan.FromSeconds((long)number * unit);
        return true;
    }

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var duration)
            ? duration : throw new JsonException("A duration is a number with s, m, h or d, such as \"90s\" or \"10m\".");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalSeconds}s"));
}
