using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Tasks;

/// <summary>Durations as people write them: <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal sealed class ShortDurationConverter : JsonConverter<TimeSpan>
{
    private const int MaxNumber = 100_000_000;

    // Three thousand years: what any sum with a time of today can hold.
    private const long MaxSeconds = 100_000_000_000;

    /// <summary>Reads one; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > MaxNumber) return false;
        int? seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => null };
        if (seconds is not { } unit || (long)number * unit > MaxSeconds) return false;
        duration = TimeSpan.FromSeconds((long)number * unit);
        return true;
    }

    /// <summary>Writes one in its largest unit.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var (unit, letter) = seconds switch
        {
            > 0 when seconds % 86_400 == 0 => (86_400, 'd'),
            > 0 when seconds % 3_600 == 0 => (3_600, 'h'),
            > 0 when seconds % 60 == 0 => (60, 'm'),
            _ => (1, 's'),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / unit}{letter}");
    }

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var duration)
            ? duration : throw new JsonException("A duration is a number with s, m, h or d, such as \"90s\" or \"10m\".");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));
}
