using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Csv.Proof;

/// <summary>Writes a value on one line of a text that is indented: there may be thousands of them.</summary>
internal sealed class OneLineConverter<T> : JsonConverter<T>
{
    private static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web);

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<T>(ref reader, OneLine);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(value, OneLine));
}
