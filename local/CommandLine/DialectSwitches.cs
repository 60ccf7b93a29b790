using System.Globalization;
using System.Text.Json.Nodes;

namespace Serverless.Local.CommandLine;

/// <summary>The options that say how a CSV file is written: the same names as in a request, in the command line's spelling.</summary>
internal static class DialectSwitches
{
    private const string Found = "found by itself unless given.";

    private static readonly (string Option, string Name, string Value, string Help)[] Texts =
    [
        ("--delimiter", "delimiter", "D", $"Between fields: one character or several, tab, or such as \\x01; {Found}"),
        ("--quote", "quote", "Q", $"Around fields: one character, or none; {Found}"),
        ("--escape", "escape", "E", $"Makes the next character literal: one character, or none; {Found}"),
        ("--comment", "comment", "C", $"Lines that start so are no records; or none; {Found}"),
        ("--encoding", "encoding", "NAME", $"utf-8, windows-1252 and the like; {Found}"),
    ];

    private static readonly OptionSyntax SkipRows = new("--skip-rows", "N", $"Lines above the header; {Found}");
    private static readonly OptionSyntax Header = new("--header", "H", $"true, false, or how many rows it takes; {Found}");
    private static readonly OptionSyntax DoubleQuote = new(
        "--double-quote", null, "A doubled quote between quotes stands for one; so it is unless denied.");
    private static readonly OptionSyntax NoDoubleQuote = new("--no-double-quote", null, "It does not.");
    private static readonly OptionSyntax NullValues = new("--null-values", "A,B", "Texts that stand for no value, such as NULL,\\N.");

    /// <summary>For a command's syntax.</summary>
    public static OptionSyntax[] All { get; } =
        [.. Texts.Select(t => new OptionSyntax(t.Option, t.Value, t.Help)), SkipRows, Header, DoubleQuote, NoDoubleQuote, NullValues];

    /// <summary>Adds what was given to a request; whether it makes a dialect is for the request's own validation.</summary>
    public static void Read(Arguments arguments, JsonObject options)
    {
        foreach (var (option, name, _, _) in Texts)
        {
            if (arguments.GetText(option) is { } text) options[name] = text;
        }

        if (arguments.GetInteger(SkipRows.Name, 0, int.MaxValue) is { } skipRows) options["skipRows"] = skipRows;
        if (arguments.GetText(Header.Name) is { } header) options["header"] = HeaderNode(header);
        if (arguments.Has(DoubleQuote.Name) && arguments.Has(NoDoubleQuote.Name))
            arguments.Refuse($"Give {DoubleQuote.Name} or {NoDoubleQuote.Name}, not both.");
        else if (arguments.Has(DoubleQuote.Name)) options["doubleQuote"] = true;
        else if (arguments.Has(NoDoubleQuote.Name)) options["doubleQuote"] = false;
        if (arguments.GetText(NullValues.Name) is { } nulls)
            options["nullValues"] = new JsonArray([.. nulls.Split(',').Select(n => (JsonNode)JsonValue.Create(n))]);
    }

    private static JsonNode HeaderNode(string text)
    {
        if (bool.TryParse(text, out var isThere)) return isThere;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows : text;
    }
}
