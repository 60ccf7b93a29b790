using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Application properties as JSON in which every value keeps its .NET type, as it does in AMQP.</summary>
internal static class PropertyCodec
{
    private static readonly Dictionary<string, (Type Type, Func<string, object> Read)> Readers = new()
    {
        ["s"] = (typeof(string), s => s),
        ["b"] = (typeof(bool), s => bool.Parse(s)),
        ["u8"] = (typeof(byte), s => byte.Parse(s, CultureInfo.InvariantCulture)),
        ["i8"] = (typeof(sbyte), s => sbyte.Parse(s, CultureInfo.InvariantCulture)),
        ["i16"] = (typeof(short), s => short.Parse(s, CultureInfo.InvariantCulture)),
        ["u16"] = (typeof(ushort), s => ushort.Parse(s, CultureInfo.InvariantCulture)),
        ["i32"] = (typeof(int), s => int.Parse(s, CultureInfo.InvariantCulture)),
        ["u32"] = (typeof(uint), s => uint.Parse(s, CultureInfo.InvariantCulture)),
        ["i64"] = (typeof(long), s => long.Parse(s, CultureInfo.InvariantCulture)),
        ["u64"] = (typeof(ulong), s => ulong.Parse(s, CultureInfo.InvariantCulture)),
        ["f32"] = (typeof(float), s => float.Parse(s, CultureInfo.InvariantCulture)),
        ["f64"] = (typeof(double), s => double.Parse(s, CultureInfo.InvariantCulture)),
        ["dec"] = (typeof(decimal), s => decimal.Parse(s, CultureInfo.InvariantCulture)),
        ["c"] = (typeof(char), s => s[0]),
        ["guid"] = (typeof(Guid), s => Guid.Parse(s)),
        ["dt"] = (typeof(DateTime), s => DateTime.Parse(s, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        ["dto"] = (typeof(DateTimeOffset), s => DateTimeOffset.Parse(s, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        ["ts"] = (typeof(TimeSpan), s => TimeSpan.Parse(s, CultureInfo.InvariantCulture)),
        ["uri"] = (typeof(Uri), s => new Uri(s, UriKind.RelativeOrAbsolute)),
    };

    private static readonly Dictionary<Type, string> Tags = Readers.ToDictionary(r => r.Value.Type, r => r.Key);

    /// <summary>Null for no properties.</summary>
    /// <exception cref="NotSupportedException">A value is of a type that Service Bus cannot carry.</exception>
    public static byte[]? Write(IEnumerable<KeyValuePair<string, object>>? properties)
    {
        if (properties is null || !properties.Any()) return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in properties)
            {
                json.WriteStartArray(name);
                Write(json, name, value);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static Dictionary<string, object> Read(byte[]? json)
    {
        var properties = new Dictionary<string, object>();
        if (json is null) return properties;
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            // Service Bus lets a property be null, which the official type does not say.
            properties[property.Name] = property.Value.GetArrayLength() == 0
                ? null!
                : Readers[property.Value[0].GetString()!].Read(property.Value[1].GetString()!);
        }

        return properties;
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        if (value is null) return;
        if (!Tags.TryGetValue(value.GetType(), out var tag))
        {
            throw new NotSupportedException($"The property '{name}' has a value of type {value.GetType()}, which a message cannot carry.");
        }

        json.WriteStringValue(tag);
        json.WriteStringValue(value switch
        {
            DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
            float or double => ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture),
            Uri uri => uri.OriginalString,
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        });
    }
}
