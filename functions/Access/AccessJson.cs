using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;

namespace Serverless.Access;

/// <summary>The JSON form of roles and actions.</summary>
internal static class AccessJson
{
    /// <summary>Roles in small letters.</summary>
    public static JsonSerializerOptions Options { get; } = new(AppJson.Options)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
