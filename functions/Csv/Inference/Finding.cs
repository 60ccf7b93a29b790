using System.Globalization;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Inference;

/// <summary>The result of one way of looking at a column.</summary>
/// <param name="Field">The column; a string where it is of no such type.</param>
/// <param name="Fits">How many values are of the type.</param>
/// <param name="Remark">What people should know of it.</param>
internal sealed record Finding(SchemaField Field, long Fits, string? Remark = null)
{
    public bool HasType => Field.Type != FieldType.String;

    /// <summary>True when so many values make the column's type.</summary>
    public static bool IsEnough(long fits, long values, double share) => fits > 0 && fits >= values * (decimal)share;

    /// <summary>A remark on values that are many, but not enough.</summary>
    public static string? DescribeShare(string what, long fits, long values) =>
        fits == 0 || 2 * fits < values
            ? null : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100m * fits / values)} % are {what}");
}
