using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;

namespace Serverless.CsvJobs.Requests;

/// <summary>Reads who is to be told when a job has ended.</summary>
internal static class FinishReader
{
    private const string Option = "onFinished";
    private const string Form =
        "Must be {\"webhook\": \"https://...\"}, {\"task\": \"name\", \"args\": {...}} or {\"run\": \"id\", \"signal\": \"name\"}.";

    /// <summary>Null when nobody is, or what was given is at fault.</summary>
    public static FinishTarget? Read(OptionReader reader, ValidationErrors faults)
    {
        if (reader.ReadNode(Option) is not { } node) return null;
        var target = node as JsonObject;
        var names = target?.Select(m => m.Key).Order(StringComparer.Ordinal).ToArray() ?? [];
        var isKnown = names is ["webhook"] or ["task"] or ["args", "task"] or ["run", "signal"];
        var isText = isKnown && target!.All(m => m.Key == "args" ? m.Value is JsonObject : Text(m.Value) is { Length: > 0 });
        if (!isText)
        {
            faults.Add(Option, Form);
            return null;
        }

        return new FinishTarget
        {
            Webhook = Text(target!["webhook"]),
            Task = Text(target["task"]),
            Args = target["args"] is { } args ? JsonSerializer.SerializeToElement(args) : null,
            Run = Text(target["run"]),
            Signal = Text(target["signal"]),
        };
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
