using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Tasks.Limits;

/// <summary>So many starts within a time, written as <c>100/1m</c>.</summary>
/// <param name="Count">The starts.</param>
/// <param name="Per">The time.</param>
[JsonConverter(typeof(RateConverter))]
internal sealed record Rate(int Count, TimeSpan Per)
{
    /// <summary>The form of a rate, as a sentence.</summary>
    public const string Rule = "Give starts and a time, such as \"100/1m\": 1 to 1000000 in 1s to 30d, and at most 1000 a second.";

    private const int MaxCount = 1_000_000;
    private const int MaxPerSecond = 1_000;
    private static readonly TimeSpan MaxPer = TimeSpan.FromDays(30);

    /// <summary>Reads a rate.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Rate? rate)
    {
        rate = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !int.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !ShortDurationConverter.TryParse(text.AsSpan(slash + 1), out var per)) return false;
        if (count is < 1 or > MaxCount || per < TimeSpan.FromSeconds(1) || per > MaxPer || count > per.TotalSeconds * MaxPerSecond)
            return false;
        rate = new Rate(count, per);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Count}/{ShortDurationConverter.Format(Per)}";
}

/// <summary>Rates as texts.</summary>
internal sealed class RateConverter : JsonConverter<Rate>
{
    public override Rate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Rate.TryParse(reader.GetString()!, out var rate)
            ? rate : throw new JsonException(Rate.Rule);

    public override void Write(Utf8JsonWriter writer, Rate value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
