using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Tasks;

namespace Serverless.Alarms;

/// <summary>The JSON form of alarms, in the table and to callers: durations as people write them.</summary>
internal static class AlarmJson
{
    /// <summary>As stored and answered.</summary>
    public static JsonSerializerOptions Options { get; } = new(AppJson.Options)
    {
        // A number would be taken for a kind, also one that there is not.
        Converters = { new ShortDurationConverter(), new JsonStringEnumConverter<AlarmKind>(allowIntegerValues: false) },
    };

    /// <summary>As read at the door.</summary>
    public static JsonSerializerOptions Strict { get; } = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
}
