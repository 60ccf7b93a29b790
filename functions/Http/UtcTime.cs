using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Serverless.Http;

/// <summary>
/// The one way in which times from outside are read: as ISO 8601 writes them, and as UTC where they have no offset. The framework's readers
/// take such a time for one of the machine's zone, and much that is no time for one of today.
/// </summary>
internal static partial class UtcTime
{
    /// <summary>The form of a time, as a refusal words it.</summary>
    public const string Example = "an ISO 8601 time from the year 1970 on, such as 2026-01-31T12:00:00Z; without an offset it is UTC";

    // What a tick is a part of: the digits after it say nothing.
    private const int FractionDigits = 7;

    /// <summary>Reads a date with or without a time of day.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is null || Iso().Match(text) is not { Success: true } match) return false;

        var fraction = match.Groups["fraction"];
        if (fraction.Length > FractionDigits) text = text.Remove(fraction.Index + FractionDigits, fraction.Length - FractionDigits);
        return DateTimeOffset.TryParse(
            text.ToUpperInvariant()
                .Replace(
                    ',', '.'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)
            && time.Year >= 1970;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d([.,](?<fraction>\d{1,16}))?)?([Zz]|[+-]\d\d(:?\d\d)?)?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}

/// <summary>Reads times as <see cref="UtcTime"/> does.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && UtcTime.TryParse(reader.GetString(), out var time)
            ? time : throw new JsonException($"Give {UtcTime.Example}.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}

/// <summary>As <see cref="UtcTimeConverter"/>, for the type that has no offset of its own.</summary>
internal sealed class UtcDateTimeConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && UtcTime.TryParse(reader.GetString(), out var time)
            ? time.UtcDateTime : throw new JsonException($"Give {UtcTime.Example}.");

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
