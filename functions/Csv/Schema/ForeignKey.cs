using Serverless.Csv.Values;

namespace Serverless.Csv.Schema;

/// <summary>Columns whose values have to stand together in another file, or in other columns of this one.</summary>
/// <param name="Fields">The columns.</param>
/// <param name="Resource">The other file: a name, or that of a blob; empty for this one.</param>
/// <param name="Referenced">The columns there, as many.</param>
internal sealed record ForeignKey(IReadOnlyList<string> Fields, string Resource, IReadOnlyList<string> Referenced)
{
    /// <summary>The other columns are of the same file.</summary>
    public bool IsSelf => Resource.Length == 0;

    /// <summary>The type by which values are compared: 1 and 1.0 are one number, whether the column is of integers or not.</summary>
    internal static FieldType ChooseComparedType(SchemaField field) => field.Mask is not null
        ? FieldType.String : field.Type == FieldType.Integer ? FieldType.Number : field.Type;
}
