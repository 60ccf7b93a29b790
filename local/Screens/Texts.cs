using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.Csv.Values;

namespace Serverless.Local.Screens;

/// <summary>Words values for people: the same everywhere, whatever the machine's culture.</summary>
internal static class Texts
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string FormatNumber(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    public static string FormatTime(DateTimeOffset? moment) =>
        moment?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A text of one or more lines, without what a terminal would obey.</summary>
    public static string FormatLines(string text) => string.Join('\n', text.Split('\n').Select(line => VisibleText.Of(line.TrimEnd('\r'))));

    /// <summary>A number of things: <c>1 record</c>, <c>2 records</c>.</summary>
    public static string Count(long count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");

    /// <summary>A part in per cent; what is there is never shown as nothing.</summary>
    public static string FormatShare(long part, long whole)
    {
        var share = whole == 0 ? 0 : 100.0 * part / whole;
        return share is > 0 and < 0.01 ? "< 0.01 %" : string.Create(CultureInfo.InvariantCulture, $"{share:0.##} %");
    }

    /// <summary>In the largest unit that it fills, such as <c>5 min</c>.</summary>
    public static string FormatDuration(TimeSpan duration)
    {
        var (value, unit) = duration switch
        {
            { TotalSeconds: < 1 } => (duration.TotalMilliseconds, "ms"),
            { TotalMinutes: < 1 } => (duration.TotalSeconds, "s"),
            { TotalHours: < 1 } => (duration.TotalMinutes, "min"),
            { TotalDays: < 1 } => (duration.TotalHours, "h"),
            _ => (duration.TotalDays, "d"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {unit}");
    }

    /// <summary>On one line, cut where it gets long.</summary>
    public static string Shorten(string? text, int length = 60)
    {
        if (text is null) return "";
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= length ? line : line[..(length - 3)] + "...";
    }

    /// <summary>Sentences in lines that are no longer than the screen is wide; those after the first are indented.</summary>
    public static string Fold(string text, int width)
    {
        const string indent = "    ";
        var lines = new List<string>();
        while (text.Length > width && text.LastIndexOf(' ', width) is var end && end > indent.Length)
        {
            lines.Add(text[..end]);
            text = indent + text[(end + 1)..];
        }

        return string.Join('\n', [.. lines, text]);
    }

    /// <summary>JSON in several lines.</summary>
    public static string FormatJson(JsonElement json) => JsonSerializer.Serialize(json, Indented);

    /// <summary>Names and values below each other; a name without a value is left out.</summary>
    public static void WriteFacts(this IScreen screen, IEnumerable<(string Name, string? Value)> facts) =>
        screen.WriteTable(
            ["", ""], facts.Where(fact => !string.IsNullOrEmpty(fact.Value)).Select(fact => (string[])[fact.Name, fact.Value!]));
}
