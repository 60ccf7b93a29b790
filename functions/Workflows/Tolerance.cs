using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Workflows;

/// <summary>The number of failures that something bears: as JSON a whole number (a count), or a number between 0 and 1 (a share).</summary>
/// <param name="Count">The most failures; null when it is a share.</param>
/// <param name="Share">The largest share of failures; null when it is a count.</param>
[JsonConverter(typeof(Converter))]
internal readonly record struct Tolerance(int? Count, double? Share)
{
    /// <summary>Calculates the failures of so many that are borne. As decimals: 29 % of 100 are 29, and not a little less.</summary>
    public long Of(long total) => Count ?? (long)Math.Floor((decimal)(Share ?? 0) * total);

    /// <summary>Reads a number.</summary>
    public static bool TryFrom(double number, out Tolerance tolerance)
    {
        var isCount = number >= 1 && number <= int.MaxValue && number == Math.Floor(number);
        tolerance = isCount || number == 0 ? new((int)number, null) : new(null, number);
        return isCount || number is >= 0 and < 1;
    }

    private sealed class Converter : JsonConverter<Tolerance>
    {
        public override Tolerance Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryFrom(reader.GetDouble(), out var tolerance)
                ? tolerance
                : throw new JsonException(
                    string.Create(
                        CultureInfo.InvariantCulture, $"{reader.GetDouble()} is no tolerance: give a count, or a share from 0 to 1."));

        public override void Write(Utf8JsonWriter writer, Tolerance value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Count ?? value.Share ?? 0);
    }
}
