using System.Text.Json;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Resources;

/// <summary>A column of a list, or a line of what one thing is.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Text">Reads its text from the host's answer; empty where the answer has none.</param>
internal sealed record Column(string Title, Func<JsonElement, string> Text)
{
    /// <summary>A value as it is, found by a path such as <c>definition.cron</c>.</summary>
    public static Column Of(string title, string path) => new(title, answer => Find(answer, path) is { } value ? Word(value) : "");

    /// <summary>A time.</summary>
    public static Column OfMoment(string title, string path) => new(
        title, answer => Find(answer, path) is { } value && value.TryGetDateTimeOffset(out var moment) ? Texts.FormatTime(moment) : "");

    /// <summary>A number, grouped by thousands.</summary>
    public static Column OfNumber(string title, string path) => new(
        title, answer => Find(answer, path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? Texts.FormatNumber(number) : "");

    /// <summary>The first of several that has a value.</summary>
    public static Column FirstOf(string title, params string[] paths) => new(
        title, answer => paths.Select(path => Find(answer, path)).FirstOrDefault(value => value is not null) is { } value
            ? Word(value) : "");

    /// <summary>A value that the answer has; null when it has none, or null.</summary>
    public static JsonElement? Find(JsonElement answer, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (answer.ValueKind == JsonValueKind.Array && answer.GetArrayLength() > 0) answer = answer[0];
            if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty(name, out answer)) return null;
        }

        if (answer.ValueKind == JsonValueKind.Array) return answer.GetArrayLength() > 0 ? answer[0] : null;
        return answer.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : answer;
    }

    private static string Word(JsonElement value) => Texts.Shorten(value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        _ => value.GetRawText(),
    });
}
