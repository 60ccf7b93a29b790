using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Http;

/// <summary>The JSON form of arguments, results and messages: the web defaults.</summary>
internal static class AppJson
{
    /// <summary>
    /// Reads arguments: what a constructor requires must be there; what nobody knows is ignored, so that callers may be newer.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new UtcTimeConverter(), new UtcDateTimeConverter() },
    };

    /// <summary>At the door, a name that nobody knows is most likely a mistyped one.</summary>
    public static JsonSerializerOptions Strict { get; } = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
}
