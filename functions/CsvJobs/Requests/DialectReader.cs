using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.CsvParsing;
using Serverless.Http;

namespace Serverless.CsvJobs.Requests;

/// <summary>Reads what a request says of a file's dialect.</summary>
internal static class DialectReader
{
    /// <summary>More lines than this above a header are taken for a mistake.</summary>
    public const int MaxSkipRows = 1_000_000;

    /// <summary>A header of more rows than this is taken for a mistake.</summary>
    public const int MaxHeaderRows = 100;

    private const string None = "none";

    // In the place of what nobody gave, where parts are compared.
    private const string NoDelimiter = "\u001E";

    public static CsvJobOptions Read(OptionReader reader, CsvJobOptions options, ValidationErrors faults)
    {
        var (header, headerRows) = Header(reader, faults);
        options = options with
        {
            Delimiter = Mark(reader, "delimiter", faults, canBeNone: false),
            Quote = Character(reader, "quote", faults),
            Escape = Character(reader, "escape", faults),
            DoubleQuote = reader.ReadBoolean("doubleQuote"),
            Comment = Mark(reader, "comment", faults, canBeNone: true),
            SkipInitialSpace = reader.ReadBoolean("skipInitialSpace"),
            SkipRows = reader.ReadInteger("skipRows", 0, MaxSkipRows),
            Header = header,
            HeaderRows = headerRows,
            HeaderJoin = reader.ReadText("headerJoin"),
            NullValues = Texts(reader, "nullValues", faults),
        };

        // A quote that is escaped by itself is one that is doubled.
        if (options.Escape is not (null or CsvDialect.None) && options.Escape == (options.Quote ?? '"'))
            options = options with { Escape = CsvDialect.None, DoubleQuote = true };
        var dialect = new CsvDialect(
            options.Delimiter ?? NoDelimiter, options.Quote ?? CsvDialect.None)
        {
            Escape = options.Escape
                ?? CsvDialect.None,
            Comment = options.Comment ?? ""
        };
        if (dialect.FindFault() is var (part, problem)) faults.Add(part, problem);
        else if (options.Quote is null && options.Comment is ['"' or '\'', ..]) faults.Add("comment", "Must not start with a quote.");
        return options;
    }

    private static (bool? Header, int? Rows) Header(OptionReader reader, ValidationErrors faults)
    {
        switch (reader.ReadNode("header"))
        {
            case null:
                return (null, null);
            case JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                return (value.GetValue<bool>(), null);
            case JsonValue value
                when OptionReader.TryNumber(value, out var number) && number == Math.Floor(number) && number is >= 0 and <= MaxHeaderRows:
                return number == 0 ? (false, null) : (true, (int)number);
            default:
                faults.Add("header", $"Must be true, false, or the number of rows that the header takes, 0 to {MaxHeaderRows}.");
                return (null, null);
        }
    }

    private static string? Mark(OptionReader reader, string name, ValidationErrors faults, bool canBeNone)
    {
        if (reader.ReadText(name) is not { } given) return null;
        var text = WrittenCharacters.Read(given);
        if (canBeNone && (text.Length == 0 || string.Equals(text, None, StringComparison.OrdinalIgnoreCase))) return "";
        if (CsvDialect.IsUsable(text) && !text.All(char.IsLetterOrDigit)) return text;
        faults.Add(
            name,
            $"Must be 1 to {CsvDialect.MaxMark} characters, not only letters and digits; \"tab\", \"\\t\" and \"\\x01\" stand for " +
            $"control characters{(canBeNone ? ", \"none\" for no comments" : "")}.");
        return null;
    }

    private static char? Character(OptionReader reader, string name, ValidationErrors faults)
    {
        if (reader.ReadText(name) is not { } given) return null;
        var text = given.Length == 1 ? given : WrittenCharacters.Read(given);
        if (text.Length == 0 || string.Equals(text, None, StringComparison.OrdinalIgnoreCase)) return CsvDialect.None;
        if (text.Length == 1 && CsvDialect.IsUsable(text[0]) && !char.IsAsciiLetterOrDigit(text[0]) && text[0] != ' ') return text[0];
        faults.Add(name, "Must be one ASCII character that is no letter, digit or space, or \"none\".");
        return null;
    }

    private static IReadOnlyList<string>? Texts(OptionReader reader, string name, ValidationErrors faults)
    {
        switch (reader.ReadNode(name))
        {
            case null:
                return null;
            case JsonValue value when value.TryGetValue<string>(out var text):
                return [text];
            case JsonArray array when array.All(n => n?.GetValueKind() == JsonValueKind.String):
                return [.. array.Select(n => n!.GetValue<string>())];
            default:
                faults.Add(name, "Must be an array of strings.");
                return null;
        }
    }
}
