namespace Serverless.Csv.Values;

/// <summary>The names that a schema has for types and clean steps.</summary>
internal static class FieldTypes
{
    public const string FormulaSafe = "formula-safe";

    public const string Types = "string, integer, number, boolean, date, time, datetime, year, any";
    public const string Steps = "trim, lower, upper, collapse-spaces, formula-safe, hash, mask";

    public static string Format(FieldType type) => type switch
    {
        FieldType.String => "string",
        FieldType.Integer => "integer",
        FieldType.Number => "number",
        FieldType.Boolean => "boolean",
        FieldType.Date => "date",
        FieldType.Time => "time",
        FieldType.DateTime => "datetime",
        FieldType.Year => "year",
        _ => "any",
    };

    public static string Format(CleanStep step) => step switch
    {
        CleanStep.Trim => "trim",
        CleanStep.Lower => "lower",
        CleanStep.Upper => "upper",
        _ => "collapse-spaces",
    };

    public static string Format(MaskKind mask) => mask == MaskKind.Hash ? "hash" : "mask";

    public static MaskKind? FindMask(string name) =>
        Enum.GetValues<MaskKind>().Cast<MaskKind?>().FirstOrDefault(m => Format(m!.Value) == name);

    public static FieldType? FindType(string name) =>
        Enum.GetValues<FieldType>().Cast<FieldType?>().FirstOrDefault(t => Format(t!.Value) == name);

    public static CleanStep? FindStep(string name) =>
        Enum.GetValues<CleanStep>().Cast<CleanStep?>().FirstOrDefault(s => Format(s!.Value) == name);
}
