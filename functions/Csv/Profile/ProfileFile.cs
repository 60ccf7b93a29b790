using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Csv.Profile;

/// <summary>The content of <c>profile.json</c>.</summary>
/// <param name="Records">All records.</param>
/// <param name="Accepted">Those that the schema accepts, which are profiled.</param>
/// <param name="Columns">Their columns, in order.</param>
internal sealed record ProfileFile(long Records, long Accepted, IReadOnlyList<ColumnFigures> Columns)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <exception cref="JsonException">The text is no profile.</exception>
    public static ProfileFile FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<ProfileFile>(json, Json) ?? throw new JsonException("A profile is an object.");

    /// <summary>The text of <c>profile.json</c>.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
