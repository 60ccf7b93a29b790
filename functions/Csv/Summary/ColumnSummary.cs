using System.Text.Json.Serialization;
using Serverless.Csv.Values;

namespace Serverless.Csv.Summary;

/// <summary>A column as <c>summary.json</c> shows it.</summary>
/// <param name="Name">The column.</param>
/// <param name="Type">Its type.</param>
/// <param name="Count">Accepted values.</param>
/// <param name="Missing">Accepted records without a value.</param>
/// <param name="Minimum">The smallest number, date, time or year.</param>
/// <param name="Maximum">The largest one.</param>
/// <param name="Mean">The mean of numbers.</param>
/// <param name="MinLength">The fewest characters of a text.</param>
/// <param name="MaxLength">The most characters of a text.</param>
internal sealed record ColumnSummary(
    string Name,
    FieldType Type,
    long Count,
    long Missing,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Minimum,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Maximum,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Mean,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MinLength,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MaxLength)
{
    public static ColumnSummary Of(ColumnStatistics column) => new(
        column.Name, column.Type, column.Count, column.Missing, column.Minimum, column.Maximum, column.Mean, column.MinLength,
        column.MaxLength);
}
