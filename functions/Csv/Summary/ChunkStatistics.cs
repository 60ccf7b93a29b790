using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Csv.Summary;

/// <summary>The counts of a range's records. Merging all ranges in any order gives what one reading of the file gives.</summary>
internal sealed record ChunkStatistics
{
    private static readonly JsonSerializerOptions Json = new(
        JsonSerializerDefaults.Web)
    { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public long Accepted { get; init; }

    public long Rejected { get; init; }

    public IReadOnlyList<ColumnStatistics> Columns { get; init; } = [];

    /// <summary>One entry for each code and column, the most frequent first.</summary>
    public IReadOnlyList<RejectReason> Reasons { get; init; } = [];

    /// <summary>The values far from their column's average, of each column that was looked at; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Deviation>? Deviations { get; init; }

    /// <summary>All records.</summary>
    [JsonIgnore]
    public long Rows => Accepted + Rejected;

    /// <summary>The number of records that were refused with each code, the most frequent first.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, long> CountsByCode => Reasons
        .GroupBy(r => r.Code)
        .Select(g => KeyValuePair.Create(g.Key, g.Sum(r => r.Count)))
        .OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal)
        .ToDictionary();

    public static ChunkStatistics FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<ChunkStatistics>(json, Json) ?? throw new JsonException("Chunk statistics are an object.");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>The same with rows and lines counted from the file's start.</summary>
    /// <param name="rows">Records before this range.</param>
    /// <param name="lines">Physical lines before this range.</param>
    public ChunkStatistics Shift(long rows, long lines) => this with
    {
        Reasons = [.. Reasons.Select(r => r with { Row = r.Row + rows, Line = r.Line + lines })],
        Deviations = ShiftDeviations(rows),
    };

    /// <summary>The same for ranges of several files, with lines counted within each.</summary>
    /// <param name="rows">Records before this range.</param>
    /// <param name="place">The file of a line of this range, and its number there.</param>
    public ChunkStatistics Place(long rows, Func<long, (string File, long Line)> place) => this with
    {
        Reasons = [.. Reasons.Select(r => (Reason: r, Place: place(r.Line)))
            .Select(p => p.Reason with { Row = p.Reason.Row + rows, Line = p.Place.Line, File = p.Place.File })],
        Deviations = ShiftDeviations(rows),
    };

    /// <summary>The statistics of both ranges, which must count rows from the same start.</summary>
    public ChunkStatistics Merge(ChunkStatistics other) => new()
    {
        Accepted = Accepted + other.Accepted,
        Rejected = Rejected + other.Rejected,
        Columns = Columns.Count == 0 ? other.Columns : other.Columns.Count == 0
            ? Columns : [.. Columns.Zip(other.Columns, (a, b) => a.Merge(b))],
        Reasons = Order(
            Reasons.Concat(other.Reasons).GroupBy(r => (r.Code, r.Field))
                .Select(g => g.MinBy(r => r.Row)! with { Count = g.Sum(r => r.Count) })),
        Deviations = Deviations is null ? other.Deviations : other.Deviations is null
            ? Deviations : [.. Deviations.Zip(other.Deviations, (a, b) => a.Merge(b))],
    };

    private IReadOnlyList<Deviation>? ShiftDeviations(long rows) => Deviations is null ? null :
        [.. Deviations.Select(d => d with { First = [.. d.First.Select(f => f with { Row = f.Row + rows })] })];

    internal static IReadOnlyList<RejectReason> Order(IEnumerable<RejectReason> reasons) =>
        [.. reasons.OrderByDescending(r => r.Count).ThenBy(r => r.Row).ThenBy(r => r.Code, StringComparer.Ordinal)
            .ThenBy(r => r.Field, StringComparer.Ordinal)];
}
