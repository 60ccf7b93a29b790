namespace Serverless.Csv.Schema;

/// <summary>A Frictionless Table Schema (versions 1 and 2), as far as the cleaner needs it.</summary>
/// <param name="Fields">The columns, in the file's order.</param>
public sealed record TableSchema(IReadOnlyList<SchemaField> Fields)
{
    /// <summary>The texts that stand for no value. Default: the empty text.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [""];

    /// <summary>The names of the columns that together name a record; none by default. Each of them is required.</summary>
    public IReadOnlyList<string> PrimaryKey { get; init; } = [];

    /// <summary>What may stand in one record only: the primary key, then each unique column in order.</summary>
    public IReadOnlyList<TableKey> Keys => [.. FindKeys()];

    /// <summary>The schema that clean output meets: the same columns in canonical formats.</summary>
    public TableSchema ToCanonical() => new([.. Fields.Select(Canonical)]) { PrimaryKey = PrimaryKey };

    /// <summary>The schema's JSON text, indented.</summary>
    public string ToJson() => TableSchemaWriter.Write(this);

    private IEnumerable<TableKey> FindKeys()
    {
        if (PrimaryKey.Count > 0) yield return new TableKey([.. PrimaryKey.Select(PlaceOf)], IsPrimary: true);
        for (var i = 0; i < Fields.Count; i++)
        {
            // A primary key of this column alone says the same.
            var isPrimary = PrimaryKey is [var only] && only == Fields[i].Name;
            if (Fields[i].Constraints.Unique && !isPrimary) yield return new TableKey([i], IsPrimary: false);
        }
    }

    private int PlaceOf(string name) => Fields.Index().First(f => f.Item.Name == name).Index;

    private static SchemaField Canonical(SchemaField field) => field with
    {
        Format = field.Type == FieldType.String ? field.Format : SchemaField.DefaultFormat,
        TrueValues = SchemaField.DefaultTrueValues,
        FalseValues = SchemaField.DefaultFalseValues,
        DecimalChar = ".",
        GroupChar = "",
        BareNumber = true,
        Unit = null,
        MissingValues = null,
        Constraints = field.Constraints with { Source = null },
    };
}
