using Serverless.Csv.Checks;
using Serverless.Csv.Values;

namespace Serverless.Csv.Schema;

/// <summary>A Frictionless Table Schema (versions 1 and 2), as far as the cleaner needs it.</summary>
/// <param name="Fields">The columns, in the file's order.</param>
internal sealed record TableSchema(IReadOnlyList<SchemaField> Fields)
{
    /// <summary>The texts that stand for no value. Default: the empty text.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [""];

    /// <summary>The names of the columns that together name a record; none by default. Each of them is required.</summary>
    public IReadOnlyList<string> PrimaryKey { get; init; } = [];

    /// <summary>The names of columns that together stand in one record only, unless one of them has no value there.</summary>
    public IReadOnlyList<IReadOnlyList<string>> UniqueKeys { get; init; } = [];

    /// <summary>The columns whose values have to stand elsewhere.</summary>
    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>The lists of keys to collect: one a key, and two a foreign key, for what refers and for what is referred to.</summary>
    public int KeyLists => Keys.Count + (2 * ForeignKeys.Count);

    /// <summary>The conditions of <c>x-checks</c> that each record has to meet.</summary>
    public IReadOnlyList<TableCheck> Checks { get; init; } = [];

    /// <summary>The checks of <c>x-checks</c> that hold a column's values against each other.</summary>
    public ColumnChecks ColumnChecks { get; init; } = ColumnChecks.None;

    /// <summary>The sizes that <c>x-checks</c> allow the table; any when null.</summary>
    public TableDimensions? Dimensions { get; init; }

    /// <summary>The differences that the file's columns may have from the fields. Default: none.</summary>
    public FieldsMatch FieldsMatch { get; init; }

    /// <summary>The members with <c>x-</c> that nobody here reads: their writer's own, or misspelt.</summary>
    public IReadOnlyList<string> UnreadMembers { get; init; } = [];

    /// <summary>The keys that may stand in one record only: the primary key, each unique column in order, and the unique keys.</summary>
    public IReadOnlyList<TableKey> Keys => [.. FindKeys()];

    /// <summary>The columns that are written: without those that are dropped, and with texts where values are masked.</summary>
    public TableSchema Written => Fields.All(f => f is { IsDropped: false, Mask: null })
        ? this
        : new TableSchema([.. Fields.Where(f => !f.IsDropped).Select(
            f => f.Mask is null ? f : new SchemaField(f.Name) { Constraints = new() { Required = f.Constraints.Required } })]);

    /// <summary>The schema that clean output meets: the same columns in canonical formats.</summary>
    public TableSchema ToCanonical() => Written != this
        ? Written.ToCanonical()
        : new([.. Fields.Select(Canonical)]) { PrimaryKey = PrimaryKey, UniqueKeys = UniqueKeys, Checks = Checks };

    /// <summary>The schema for a file with these columns; what it does not allow is for <see cref="HeaderMatcher"/> to find.</summary>
    public TableSchema ArrangeBy(IReadOnlyList<string> labels) => FieldArrangement.Arrange(this, labels);

    /// <summary>The schema's JSON text, indented.</summary>
    public string ToJson() => TableSchemaWriter.Write(this);

    /// <summary>The same with more texts that stand for no value, in every column.</summary>
    public TableSchema WithMissing(IReadOnlyList<string> texts) => texts.Count == 0
        ? this
        : this with
        {
            MissingValues = [.. MissingValues.Union(texts)],
            Fields = [.. Fields.Select(f => f.MissingValues is { } own ? f with { MissingValues = [.. own.Union(texts)] } : f)],
        };

    private IEnumerable<TableKey> FindKeys()
    {
        if (PrimaryKey.Count > 0) yield return new TableKey([.. PrimaryKey.Select(PlaceOf)], IsPrimary: true);
        for (var i = 0; i < Fields.Count; i++)
        {
            // A primary key of this column alone says the same.
            var isPrimary = PrimaryKey is [var only] && only == Fields[i].Name;
            if (Fields[i].Constraints.Unique && !isPrimary) yield return new TableKey([i], IsPrimary: false);
        }

        foreach (var key in UniqueKeys)
        {
            var isSaid = key.SequenceEqual(PrimaryKey) || (key is [var only] && Fields[PlaceOf(only)].Constraints.Unique);
            if (!isSaid) yield return new TableKey([.. key.Select(PlaceOf)], IsPrimary: false);
        }
    }

    internal int PlaceOf(string name) => Fields.Index().First(f => f.Item.Name == name).Index;

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
