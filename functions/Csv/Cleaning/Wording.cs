using System.Globalization;
using System.Text;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>The one place that words what was expected and what was found.</summary>
internal static class Wording
{
    private const int MaxFound = 50;
    private const int MaxListed = 10;

    public static string DescribeType(SchemaField field) => field switch
    {
        { Type: FieldType.Integer or FieldType.Number, IsExact: true } => ExactNumber(field),
        { Type: FieldType.Integer } => "an integer" + Notation(field),
        { Type: FieldType.Number } => "a number" + Notation(field),
        { Type: FieldType.Boolean } => $"a boolean ({List(field.TrueValues.Concat(field.FalseValues))})",
        { Type: FieldType.Year } => "a year of four digits",
        { Type: FieldType.Date, Format: SchemaField.DefaultFormat } => "a date as yyyy-MM-dd",
        { Type: FieldType.Time, Format: SchemaField.DefaultFormat } => "a time as HH:mm:ss",
        { Type: FieldType.DateTime, Format: SchemaField.DefaultFormat } => "a date and time as yyyy-MM-ddTHH:mm:ssZ",
        { Type: FieldType.Date, Format: SchemaField.AnyFormat } => "a date",
        { Type: FieldType.Time, Format: SchemaField.AnyFormat } => "a time",
        { Type: FieldType.DateTime, Format: SchemaField.AnyFormat } => "a date and time",
        { Type: FieldType.Date } => $"a date as {field.Format}",
        { Type: FieldType.Time } => $"a time as {field.Format}",
        { Type: FieldType.DateTime } => $"a date and time as {field.Format}",
        { Format: "email" } => "an e-mail address",
        { Format: "uri" } => "a URI",
        { Format: "uuid" } => "a UUID",
        { Format: "binary" } => "base64 text",
        _ => "text",
    };

    public static FieldRule? DescribeRange(FieldConstraints constraints)
    {
        var (min, above) = (constraints.Minimum, constraints.ExclusiveMinimum);
        var (max, below) = (constraints.Maximum, constraints.ExclusiveMaximum);
        return (min, above, max, below) switch
        {
            (null, null, null, null) => null,
            ({ } minimum, null, { } maximum, null) => FieldRule.Constraint($"a value from {minimum} to {maximum}"),
            _ =>
                FieldRule.Constraint(
                    "a value " + string.Join(
                        " and ", Words(("of at least", min), ("over", above), ("of at most", max), ("below", below)))),
        };
    }

    private static IEnumerable<string> Words(params (string Word, string? Bound)[] bounds) =>
        bounds.Where(b => b.Bound is not null).Select(b => $"{b.Word} {b.Bound}");

    public static FieldRule DescribeLength(int? min, int? max) => FieldRule.Constraint((min, max) switch
    {
        ({ } only, { } same) when only == same => $"exactly {Characters(only)}",
        ({ } minimum, null) => $"at least {Characters(minimum)}",
        (null, { } maximum) => $"at most {Characters(maximum)}",
        var (minimum, maximum) => string.Create(CultureInfo.InvariantCulture, $"{minimum} to {Characters(maximum ?? 0)}"),
    });

    private static string Characters(int count) =>
        count == 1 ? "1 character" : string.Create(CultureInfo.InvariantCulture, $"{count} characters");

    public static FieldRule DescribeEnum(IReadOnlyList<string> values) => FieldRule.Constraint($"one of {List(values)}");

    public static string CountCells(int count) => count == 1 ? "1 cell" : string.Create(CultureInfo.InvariantCulture, $"{count} cells");

    public static string DescribeMore(int faults) => faults switch
    {
        0 => "",
        1 => "; 1 more fault in this record",
        _ => string.Create(CultureInfo.InvariantCulture, $"; {faults} more faults in this record"),
    };

    /// <summary>A cell as a message shows it: in quotes, at most fifty characters.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return "nothing";

        // Four bytes a character at most, and one character more to see whether it goes on.
        var shown = VisibleText.Of(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * (MaxFound + 1))]));
        if (shown.Length <= MaxFound) return $"\"{shown}\"";
        var end = char.IsHighSurrogate(shown[MaxFound - 1]) ? MaxFound - 1 : MaxFound;
        return $"\"{shown[..end]}…\"";
    }

    private static string ExactNumber(SchemaField field)
    {
        var name = field.Type == FieldType.Integer ? "an integer" : "a number";
        var unit = field.Unit is null ? "" : $" with {field.Unit}";
        return $"{name}{unit}{Notation(field)} that is written without leading zeros or a plus sign";
    }

    private static string Notation(SchemaField field)
    {
        var parts = new List<string>(3);
        if (field.Type == FieldType.Number && field.DecimalChar != ".") parts.Add($"\"{field.DecimalChar}\" before the decimals");
        if (field.GroupChar.Length > 0) parts.Add($"\"{field.GroupChar}\" between digits allowed");
        return parts.Count == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    private static string List(IEnumerable<string> values)
    {
        string[] all = [.. values];
        var shown = string.Join(
            ", ", all.Take(MaxListed).Select(v => v.Length == 0 ? "\"\"" : v.Length <= MaxFound ? v : v[..MaxFound] + "…"));
        return all.Length <= MaxListed ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} and {all.Length - MaxListed} more");
    }
}
