using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Tasks;

namespace Serverless.Alarms;

/// <summary>The JSON form of alarms, in the table and to callers: durations as people write them.</summary>
internal static class AlarmJson
{
    /// <summary>As stored and answered.</summary>
    public static JsonSerializerOptions Options { get; } = new(AppJson.Options) { Converters = { new ShortDurationConverter() } };

    /// <summary>As read at the door.</summary>
    public static JsonSerializerOptions Strict { get; } = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
}
