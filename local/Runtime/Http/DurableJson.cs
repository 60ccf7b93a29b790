using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Serverless.Local.Runtime.Durable;

namespace Serverless.Local.Runtime.Http;

/// <summary>The durable API's answers, with the names and shapes of the Durable Functions extension.</summary>
internal static class DurableJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject BuildInstance(
        InstanceRow row, bool showInput, IReadOnlyList<Microsoft.DurableTask.Protobuf.HistoryEvent>? history = null,
        bool showHistoryOutput = false)
    {
        var json = new JsonObject
        {
            ["name"] = row.Name,
            ["instanceId"] = row.Id,
            ["runtimeStatus"] = row.Status.ToString(),
            ["input"] = showInput ? BuildValue(row.Input) : null,
            ["customStatus"] = BuildValue(row.CustomStatus),
            ["output"] = BuildValue(row.Output),
            ["createdTime"] = Seconds(row.Created),
            ["lastUpdatedTime"] = Seconds(row.Updated),
        };
        if (history is not null && row.Status != OrchestrationRuntimeStatus.Pending)
            json["historyEvents"] = DurableHistoryJson.Write(history, row, showInput, showHistoryOutput);
        return json;
    }

    public static JsonArray List(IEnumerable<InstanceRow> rows, bool showInput) => [.. rows.Select(r => BuildInstance(r, showInput))];

    public static JsonObject BuildMessage(string text) => new() { ["message"] = text };

    public static IResult Answer(JsonNode json, int status = StatusCodes.Status200OK) =>
        Results.Json(json, Plain, "application/json; charset=utf-8", status);

    public static IResult BadRequest(string message) => Answer(BuildMessage(message), StatusCodes.Status400BadRequest);

    public static IResult Purged(int count) => Answer(new JsonObject { ["instancesDeleted"] = count });

    /// <summary>Stored JSON as it is; a reason, which is plain text, and what no JSON can show, as a string.</summary>
    public static JsonNode? BuildValue(string? stored)
    {
        if (stored is null) return null;
        return DurableQuery.IsJson(Encoding.UTF8.GetBytes(stored)) ? JsonNode.Parse(stored) : JsonValue.Create(stored);
    }

    private static string Seconds(DateTime time) => time.ToString("s", CultureInfo.InvariantCulture) + "Z";
}
