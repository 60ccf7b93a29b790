using System.Text;
using System.Text.Json.Serialization;
using Serverless.Csv.Values;

namespace Serverless.Csv.Summary;

/// <summary>Statistics of a column's accepted values. Exact: the same whatever chunks the file was read in.</summary>
/// <param name="Name">The column.</param>
/// <param name="Type">Its type, by which minimum and maximum are compared.</param>
internal sealed record ColumnStatistics(string Name, FieldType Type)
{
    /// <summary>Values that are not missing.</summary>
    public long Count { get; init; }

    public long Missing { get; init; }

    /// <summary>The smallest number, date, time or year, as canonical text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Minimum { get; init; }

    /// <summary>The largest one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Maximum { get; init; }

    /// <summary>The exact sum of numbers, as decimal text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sum { get; init; }

    /// <summary>Numbers that minimum, maximum and sum leave out: NaN, infinities, and those of over 1,000 digits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Unmeasured { get; init; }

    /// <summary>The fewest characters of a text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinLength { get; init; }

    /// <summary>The most characters of a text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxLength { get; init; }

    /// <summary>The mean of the numbers in <see cref="Sum"/>; null where there are none, or where no double holds it.</summary>
    [JsonIgnore]
    public double? Mean => Sum is null || Count == Unmeasured ? null : Number(Sum).Divide(Count - Unmeasured);

    /// <summary>The statistics of both sets of values.</summary>
    /// <exception cref="ArgumentException">They are of different columns.</exception>
    public ColumnStatistics Merge(ColumnStatistics other)
    {
        if (other.Name != Name || other.Type != Type)
            throw new ArgumentException($"\"{other.Name}\" is not the column \"{Name}\".", nameof(other));
        return this with
        {
            Count = Count + other.Count,
            Missing = Missing + other.Missing,
            Minimum = Pick(Minimum, other.Minimum, -1),
            Maximum = Pick(Maximum, other.Maximum, 1),
            Sum = Sum is null ? other.Sum : other.Sum is null ? Sum : BigNumber.Add(Number(Sum), Number(other.Sum)).Normalize().ToString(),
            Unmeasured = Unmeasured + other.Unmeasured,
            MinLength = MinLength is null || other.MinLength < MinLength ? other.MinLength ?? MinLength : MinLength,
            MaxLength = MaxLength is null || other.MaxLength > MaxLength ? other.MaxLength ?? MaxLength : MaxLength,
        };
    }

    private static BigNumber Number(string text) => BigNumber.Parse(Encoding.ASCII.GetBytes(text));

    private string? Pick(string? left, string? right, int sign)
    {
        if (left is null || right is null) return left ?? right;
        return Compare(left, right) * sign >= 0 ? left : right;
    }

    private int Compare(string left, string right) => Type switch
    {
        FieldType.Integer or FieldType.Number or FieldType.Year => BigNumber.Compare(Number(left), Number(right)),
        _ => Key(left).CompareTo(Key(right)),
    };

    private long Key(string text)
    {
        var value = TemporalValue.Empty;
        return IsoTime.TryRead(Type, Encoding.ASCII.GetBytes(text), ref value)
            ? value.BuildKey(Type) : throw new ArgumentException($"\"{text}\" is not canonical.");
    }
}
