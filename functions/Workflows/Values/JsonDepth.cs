using System.Text.Json;

namespace Serverless.Workflows.Values;

internal static class JsonDepth
{
    /// <summary>True when arrays and objects stand inside each other deeper than a limit.</summary>
    public static bool Exceeds(JsonElement json, int limit) => json.ValueKind switch
    {
        JsonValueKind.Object => limit == 0 || json.EnumerateObject().Any(p => Exceeds(p.Value, limit - 1)),
        JsonValueKind.Array => limit == 0 || json.EnumerateArray().Any(e => Exceeds(e, limit - 1)),
        _ => false,
    };
}
