using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Inference;

/// <summary>The formats in which a shape can be read: more than one where day and month, or day and year, cannot be told apart.</summary>
internal static class TemporalFormats
{
    /// <summary>Hours and minutes alone, or minutes and seconds.</summary>
    public const string Short = "2:2";

    /// <returns>Empty when the shape is neither date nor time.</returns>
    public static IReadOnlyList<(FieldType Type, string Format)> Of(string shape)
    {
        if (IsIso(shape, out var type)) return [(type, SchemaField.DefaultFormat)];

        // The patterns take one digit where two may stand.
        var wide = shape.Replace('1', '2');
        if (Time(wide) is { } alone)
            return wide is Short || alone.Contains("%z", StringComparison.Ordinal) ? [] : [(FieldType.Time, alone)];
        if (IsVersion(shape)) return [];
        if (Dates(wide) is { Length: > 0 } dates) return [.. dates.Select(d => (FieldType.Date, d))];

        foreach (var (separator, written) in ((string, string)[])[("T", "T"), (", ", ", "), (" ", " ")])
        {
            // The last one: "2 N 4 2:2" has spaces in its date.
            for (var at = wide.IndexOf(separator, StringComparison.Ordinal); at > 0; at = wide.IndexOf(
                separator, at + 1, StringComparison.Ordinal))
            {
                if (Time(wide[(at + separator.Length)..]) is { } time && Dates(wide[..at]) is { Length: > 0 } days)
                    return [.. days.Select(d => (FieldType.DateTime, d + written + time))];
            }
        }

        return [];
    }

    private static bool IsIso(string shape, out FieldType type)
    {
        type = shape switch
        {
            "4-2-2" => FieldType.Date,
            "2:2:2" or "2:2:2.f" => FieldType.Time,
            "4-2-2T2:2:2" or "4-2-2T2:2:2.f" or "4-2-2T2:2:2z" or "4-2-2T2:2:2.fz" => FieldType.DateTime,
            _ => FieldType.String,
        };
        return type != FieldType.String;
    }

    /// <summary>True of shapes such as "1.2.10" and "1-2-10", which are rather numbers of versions and chapters than days.</summary>
    public static bool IsVersion(string shape) => shape is ['1', '.' or '-', '1', '.' or '-', '1', ..];

    private static string[] Dates(string shape)
    {
        if (shape is "N 2, 4" or "N 2 4") return [shape == "N 2 4" ? "%b %d %Y" : "%b %d, %Y"];
        if (shape is "L 2, 4" or "L 2 4") return [shape == "L 2 4" ? "%B %d %Y" : "%B %d, %Y"];
        if (shape.Length != 5 || shape[1] != shape[3] || shape[1] is not ('-' or '/' or '.' or ' ')) return [];
        var s = shape[1];
        return (shape[0], shape[2], shape[4]) switch
        {
            (_, '2', _) when s == ' ' => [],
            ('4', '2', '2') => [$"%Y{s}%m{s}%d"],
            ('2', '2', '4') => [$"%d{s}%m{s}%Y", $"%m{s}%d{s}%Y"],
            ('2', '2', '2') => [$"%d{s}%m{s}%y", $"%m{s}%d{s}%y", $"%y{s}%m{s}%d"],
            ('2', 'N' or 'L', '4') => [$"%d{s}{Month(shape[2])}{s}%Y"],
            ('2', 'N' or 'L', '2') => [$"%d{s}{Month(shape[2])}{s}%y"],
            ('4', 'N' or 'L', '2') => [$"%Y{s}{Month(shape[2])}{s}%d"],
            _ => [],
        };
    }

    private static string Month(char token) => token == 'N' ? "%b" : "%B";

    private static string? Time(string shape)
    {
        var zone = shape.EndsWith(" z", StringComparison.Ordinal) ? " %z" : shape.EndsWith('z') ? "%z" : "";
        shape = shape[..^(zone.Length == 0 ? 0 : zone.Length - 1)];
        var half = shape.EndsWith(" p", StringComparison.Ordinal) ? " %p" : shape.EndsWith('p') ? "%p" : "";
        shape = shape[..^(half.Length == 0 ? 0 : half.Length - 1)];
        var hour = half.Length > 0 ? "%I" : "%H";
        return shape switch
        {
            "2:2" => $"{hour}:%M{half}{zone}",
            "2:2:2" => $"{hour}:%M:%S{half}{zone}",
            "2:2:2.f" => $"{hour}:%M:%S.%f{half}{zone}",
            "2:2:2,f" => $"{hour}:%M:%S,%f{half}{zone}",
            _ => null,
        };
    }
}
