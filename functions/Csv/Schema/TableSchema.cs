namespace Serverless.Csv.Schema;

/// <summary>A Frictionless Table Schema (version 1), as far as the cleaner needs it.</summary>
/// <param name="Fields">The columns, in the file's order.</param>
public sealed record TableSchema(IReadOnlyList<SchemaField> Fields)
{
    /// <summary>The texts that stand for no value. Default: the empty text.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [""];

    /// <summary>The schema that clean output meets: the same columns in canonical formats.</summary>
    public TableSchema ToCanonical() => new([.. Fields.Select(Canonical)]);

    /// <summary>The schema's JSON text, indented.</summary>
    public string ToJson() => TableSchemaWriter.Write(this);

    private static SchemaField Canonical(SchemaField field) => field with
    {
        Format = field.Type == FieldType.String ? field.Format : SchemaField.DefaultFormat,
        TrueValues = SchemaField.DefaultTrueValues,
        FalseValues = SchemaField.DefaultFalseValues,
        DecimalChar = ".",
        GroupChar = "",
        BareNumber = true,
        Constraints = field.Constraints with { Source = null },
    };
}
