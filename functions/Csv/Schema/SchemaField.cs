using Serverless.Csv.Values;

namespace Serverless.Csv.Schema;

/// <summary>One column of a <see cref="TableSchema"/>.</summary>
/// <param name="Name">The column's label.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Format">How they are written: <c>default</c>, <c>any</c>, a pattern such as <c>%d/%m/%Y</c>, or a string format.</param>
internal sealed record SchemaField(string Name, FieldType Type = FieldType.String, string Format = SchemaField.DefaultFormat)
{
    public const string DefaultFormat = "default";
    public const string AnyFormat = "any";

    internal static readonly IReadOnlyList<string> DefaultTrueValues = ["true", "True", "TRUE", "1"];
    internal static readonly IReadOnlyList<string> DefaultFalseValues = ["false", "False", "FALSE", "0"];

    /// <summary>The texts that stand for true.</summary>
    public IReadOnlyList<string> TrueValues { get; init; } = DefaultTrueValues;

    /// <summary>The texts that stand for false.</summary>
    public IReadOnlyList<string> FalseValues { get; init; } = DefaultFalseValues;

    /// <summary>The text before a number's decimals. Default: a full stop.</summary>
    public string DecimalChar { get; init; } = ".";

    /// <summary>The text that may stand between a number's digits. Default: none.</summary>
    public string GroupChar { get; init; } = "";

    /// <summary>False: other characters may stand before and after the number ("95 %"). Default: true.</summary>
    public bool BareNumber { get; init; } = true;

    /// <summary>
    /// The text that must stand before or after each number where <see cref="BareNumber"/> is false, such as <c>%</c>; null allows
    /// anything.
    /// </summary>
    public string? Unit { get; init; }

    /// <summary>
    /// Only values are accepted that say all they say in the canonical form too: no leading zeros, plus signs, NaN or infinities, group
    /// characters only between groups of three digits; offsets of times stay. Inferred columns are so. Default: false.
    /// </summary>
    public bool IsExact { get; init; }

    /// <summary>The texts that stand for no value in this column; null leaves it to the schema.</summary>
    public IReadOnlyList<string>? MissingValues { get; init; }

    public FieldConstraints Constraints { get; init; } = FieldConstraints.None;

    /// <summary>The steps of <c>x-clean</c>, in order.</summary>
    public IReadOnlyList<CleanStep> Clean { get; init; } = [];

    /// <summary>The way to write values that nobody may see; null for all others.</summary>
    public MaskKind? Mask { get; init; }

    /// <summary>The column is read and checked, and not written. Default: false.</summary>
    public bool IsDropped { get; init; }

    /// <summary>In CSV output, a text that a spreadsheet would run is prefixed with an apostrophe. Default: false.</summary>
    public bool FormulaSafe { get; init; }
}
