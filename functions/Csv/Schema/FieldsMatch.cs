namespace Serverless.Csv.Schema;

/// <summary>The differences that a file's columns may have from a schema's fields.</summary>
internal enum FieldsMatch
{
    /// <summary>The same, in the same order.</summary>
    Exact,

    /// <summary>The same, in any order.</summary>
    Equal,

    /// <summary>All fields and perhaps more columns, in any order.</summary>
    Subset,

    /// <summary>Some of the fields and no other column, in any order.</summary>
    Superset,

    /// <summary>At least one of the fields, in any order.</summary>
    Partial,
}

/// <summary>The names that a schema has for them.</summary>
internal static class FieldsMatches
{
    private const string All = "exact, equal, subset, superset, partial";

    public static FieldsMatch Read(SchemaObject reader)
    {
        // A draft of the standard had an array of one.
        if (reader.TryGet("fieldsMatch", out var value) && value.Value.ValueKind == System.Text.Json.JsonValueKind.Array
            && reader.ReadTexts("fieldsMatch", All) is [var only]) return Find(reader, only);
        return reader.ReadText("fieldsMatch", All) is { } name ? Find(reader, name) : FieldsMatch.Exact;
    }

    public static string Format(FieldsMatch match) => match.ToString().ToLowerInvariant();

    private static FieldsMatch Find(SchemaObject reader, string name)
    {
        foreach (var match in Enum.GetValues<FieldsMatch>())
        {
            if (Format(match) == name) return match;
        }

        reader.AddFault("fieldsMatch", $"\"{SchemaObject.Shorten(name)}\" is not known", All);
        return FieldsMatch.Exact;
    }
}
