namespace Serverless.Csv.Schema;

/// <summary>
/// Brings a schema's fields into the order of a file's columns, as far as its <see cref="TableSchema.FieldsMatch"/> allows them to differ.
/// </summary>
internal static class FieldArrangement
{
    /// <summary>
    /// The schema that the columns must then meet exactly: where they differ more than is allowed, it differs from them, too.
    /// </summary>
    public static TableSchema Arrange(TableSchema schema, IReadOnlyList<string> labels)
    {
        if (schema.FieldsMatch == FieldsMatch.Exact || labels.Distinct(StringComparer.Ordinal).Count() < labels.Count) return schema;

        var known = schema.Fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var mayHaveMore = schema.FieldsMatch is FieldsMatch.Subset or FieldsMatch.Partial;
        var mayHaveLess = schema.FieldsMatch is FieldsMatch.Superset or FieldsMatch.Partial;
        if (!labels.Any(known.ContainsKey)) return schema;

        var fields = new List<SchemaField>();
        foreach (var label in labels)
        {
            if (known.Remove(label, out var field)) fields.Add(field);
            else if (mayHaveMore && !string.IsNullOrWhiteSpace(label)) fields.Add(new SchemaField(label));
        }

        // A column that has to be there is missing after the others; the header's check says so.
        var checkedNames = schema.Checks.SelectMany(c => c.Syntax.ListNames()).Concat(schema.ColumnChecks.Fields)
            .ToHashSet(StringComparer.Ordinal);
        fields.AddRange(schema.Fields.Where(
            f => known.ContainsKey(f.Name) && (!mayHaveLess || f.Constraints.Required || checkedNames.Contains(f.Name))));
        return schema with
        {
            Fields = fields,
            UniqueKeys = [.. schema.UniqueKeys.Where(AreThere)],
            ForeignKeys = [.. schema.ForeignKeys.Where(k => AreThere(k.Fields) && (!k.IsSelf || AreThere(k.Referenced)))],
        };

        bool AreThere(IReadOnlyList<string> names) => names.All(n => fields.Exists(f => f.Name == n));
    }
}
