using System.Globalization;
using System.Text.Json.Serialization;
using Serverless.Csv.Inference;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Summary;

/// <summary>The inference of the schema, as <c>summary.json</c> shows it.</summary>
/// <param name="Records">How many records were looked at.</param>
/// <param name="Columns">What they told, column by column.</param>
internal sealed record InferenceSummary(long Records, IReadOnlyList<InferredColumnSummary> Columns)
{
    public static InferenceSummary Of(InferredSchema inferred) =>
        new(inferred.Records, [.. inferred.Columns.Select(InferredColumnSummary.Of)]);
}

/// <summary>One column of an inferred schema.</summary>
/// <param name="Name">The column.</param>
/// <param name="Type">What it was taken for.</param>
/// <param name="Format">How its values are written: a date's format, or a number written so; empty where it goes without saying.</param>
/// <param name="Missing">Sampled cells without a value.</param>
/// <param name="MissingValues">The words that stand for no value.</param>
/// <param name="Share">The share of the sampled values that are of the type; null for a string.</param>
/// <param name="Remark">What people should know of it.</param>
internal sealed record InferredColumnSummary(
    string Name,
    FieldType Type,
    string Format,
    long Missing,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? MissingValues,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Share,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Remark)
{
    /// <summary>The type as a schema names it.</summary>
    [JsonIgnore]
    public string TypeName => FieldTypes.Format(Type);

    public static InferredColumnSummary Of(InferredColumn column) => new(
        column.Field.Name, column.Field.Type, FormatOf(
            column.Field), column.Missing, column.Field.MissingValues, column.Share, column.Remark);

    /// <summary>The share in words: more than nothing is never told as nothing.</summary>
    public string FormatShare() =>
        Share is not { } share ? "" : share >= 1
            ? "100 %" : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 10_000) / 100:0.##} %");

    private static string FormatOf(SchemaField field) => field switch
    {
        { Type: FieldType.Number, GroupChar.Length: 0, DecimalChar: ".", Unit: null } => "",
        { Type: FieldType.Number } => $"1{field.GroupChar}234{field.DecimalChar}5{(field.Unit is null ? "" : $" {field.Unit}")}",
        { Format: SchemaField.DefaultFormat } => "",
        _ => field.Format,
    };
}
