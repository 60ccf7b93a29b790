using Serverless.Csv.Schema;
using Serverless.CsvParsing;
using Serverless.Http;

namespace Serverless.CsvJobs.Run;

/// <summary>Gives a header's labels the names that a schema has for them, and says what may be meant where they do not fit.</summary>
internal static class ColumnMap
{
    private const int MaxShown = 5;
    private const int MaxCompared = 200;
    private const int MaxLength = 100;

    /// <summary>The header with the names of a map.</summary>
    /// <exception cref="CsvJobException">There is no header, or it has not all labels of the map.</exception>
    public static CsvHeader Apply(CsvHeader header, IReadOnlyList<MappedColumn>? map)
    {
        if (map is null) return header;
        if (header.Names.Count == 0)
            throw new CsvJobException("The option map names labels of the header, and the file has none: see the option header.");
        var labels = map.Select(m => m.Label).ToHashSet(StringComparer.Ordinal);
        var found = header.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var (label, name) in map)
        {
            if (!labels.Contains(name) && found.Contains(name))
            {
                throw new CsvJobException(
                    $"The option map calls \"{SchemaObject.Shorten(label)}\" \"{SchemaObject.Shorten(name)}\", which is another column's " +
                    "name.");
            }

            if (found.Contains(label)) continue;
            var meant = Near(label, header.Names) is { } near ? $" Did you mean \"{SchemaObject.Shorten(near)}\"?" : "";
            throw new CsvJobException(
                $"The option map names the label \"{SchemaObject.Shorten(label)}\", which the header has not.{meant}");
        }

        var names = map.ToDictionary(m => m.Label, m => m.Name, StringComparer.Ordinal);
        return header with { Names = [.. header.Names.Select(n => names.GetValueOrDefault(n, n))] };
    }

    /// <summary>The schema for a header: with what the options allow it to differ.</summary>
    /// <exception cref="CsvJobException">The map names a column that the schema has not.</exception>
    public static TableSchema Arrange(TableSchema schema, CsvHeader header, CsvJobOptions options)
    {
        var known = schema.Fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, name) in options.Map?.Where(m => !known.Contains(m.Name)) ?? [])
        {
            var meant = Near(name, known) is { } near ? $" Did you mean \"{SchemaObject.Shorten(near)}\"?" : "";
            throw new CsvJobException(
                $"The option map names the column \"{SchemaObject.Shorten(name)}\", which the schema has not.{meant}");
        }

        if (options.Map is null && options.ExtraColumns is null) return schema.ArrangeBy(header.Names);
        var mayHaveLess = schema.FieldsMatch is FieldsMatch.Superset or FieldsMatch.Partial;
        var mayHaveMore = options.ExtraColumns is { } extra
            ? extra != ExtraColumns.Refuse : schema.FieldsMatch is FieldsMatch.Subset or FieldsMatch.Partial;
        var match = (mayHaveMore, mayHaveLess) switch
        {
            (true, true) => FieldsMatch.Partial,
            (true, false) => FieldsMatch.Subset,
            (false, true) => FieldsMatch.Superset,
            _ => FieldsMatch.Equal,
        };
        var arranged = (schema with { FieldsMatch = match }).ArrangeBy(header.Names);
        return options.ExtraColumns == ExtraColumns.Drop
            ? arranged with { Fields = [.. arranged.Fields.Select(f => known.Contains(f.Name) ? f : f with { IsDropped = true })] }
            : arranged;
    }

    /// <summary>Says which labels may be meant for columns that the header does not name; empty when none is near.</summary>
    public static string Suggest(TableSchema schema, CsvHeader header)
    {
        var labels = header.Names.ToHashSet(StringComparer.Ordinal);
        var names = schema.Fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var missing = names.Where(n => !labels.Contains(n)).Take(MaxCompared).ToList();
        var unknown = labels.Where(l => !names.Contains(l) && !string.IsNullOrWhiteSpace(l)).Take(MaxCompared).ToList();
        var pairs = missing.Select(m => (Name: m, Label: Near(m, unknown))).Where(p => p.Label is not null).Take(MaxShown)
            .Select(p => $"\"{p.Label}\": \"{p.Name}\"").ToList();
        return pairs.Count == 0 ? "" : $". Perhaps the option map helps: {{{string.Join(", ", pairs)}}}";
    }

    // What differs in case and separators only is the same word.
    private static string? Near(string word, IEnumerable<string> known)
    {
        if (word.Length > MaxLength) return null;
        var candidates = known.Where(k => k.Length <= MaxLength).Take(MaxCompared).ToList();
        var plain = Plain(word);
        return candidates.Find(c => Plain(c) == plain) ?? NearestWord.Find(word, candidates);
    }

    private static string Plain(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
