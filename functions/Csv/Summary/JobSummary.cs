using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Csv.Proof;

namespace Serverless.Csv.Summary;

/// <summary>The table that accepted records were loaded into.</summary>
/// <param name="Table">Schema and table.</param>
/// <param name="Mode">What became of the rows it had: append, replace or upsert.</param>
internal sealed record LoadSummary(string Table, string Mode);

/// <summary>The counts of one of several files.</summary>
/// <param name="Name">Its path within <c>incoming</c>.</param>
/// <param name="Rows">All its records.</param>
/// <param name="Accepted">Those in the clean output.</param>
/// <param name="Rejected">Those in the rejects.</param>
internal sealed record FileSummary(string Name, long Rows, long Accepted, long Rejected);

/// <summary>The content of <c>summary.json</c>.</summary>
/// <param name="Rows">All records: accepted and rejected.</param>
/// <param name="Accepted">Records in the clean output.</param>
/// <param name="Rejected">Records in <c>rejects.csv</c>.</param>
/// <param name="CountsByCode">Rejected records by error code, the most frequent first.</param>
/// <param name="TopReasons">The most frequent reasons, three at most, each with its first record.</param>
/// <param name="Columns">The columns of the clean output, in order.</param>
/// <param name="Bytes">The size of the source.</param>
/// <param name="DurationSeconds">From the job's start to its end.</param>
/// <param name="RowsPerSecond">All records by the duration; 0 for no duration.</param>
/// <param name="Chunks">Ranges the source was read in.</param>
/// <param name="ChunksReadTwice">Ranges that started elsewhere than was supposed.</param>
/// <param name="BytesRead">Bytes of the source that were asked of storage, reads in vain included.</param>
/// <param name="Reads">Requests for them.</param>
/// <param name="Reasons">The 50 most frequent reasons, each with its first record; null in summaries of earlier versions.</param>
/// <param name="Warnings">What probably is wrong though the job was completed; mostly nothing.</param>
/// <param name="Inference">How the schema was inferred; null when it was given.</param>
internal sealed record JobSummary(
    long Rows,
    long Accepted,
    long Rejected,
    IReadOnlyDictionary<string, long> CountsByCode,
    IReadOnlyList<RejectReason> TopReasons,
    IReadOnlyList<ColumnSummary> Columns,
    long Bytes,
    double DurationSeconds,
    long RowsPerSecond,
    int Chunks,
    int ChunksReadTwice,
    long BytesRead = 0,
    int Reads = 0,
    IReadOnlyList<RejectReason>? Reasons = null,
    IReadOnlyList<string>? Warnings = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InferenceSummary? Inference = null)
{
    /// <summary>Lines that are no part of the table: titles above the header, and comments.</summary>
    public long Skipped { get; init; }

    /// <summary>Guesses about the file that may be wrong: sentences that name the option which decides it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The table that the accepted records went into as well; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LoadSummary? Load { get; init; }

    /// <summary>The files, by name; null where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FileSummary>? Files { get; init; }

    /// <summary>The rounds in which rejects were mended; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MendRound>? Mended { get; init; }

    /// <summary>The hashes of all that was read and written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobProof? Proof { get; init; }

    /// <summary>The hash of this text, its own digits taken for zeros; null without a proof.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyOrder(int.MaxValue)]
    public string? Seal { get; init; }

    private const int ShownReasons = 3;
    private const int KeptReasons = 50;

    /// <summary>The form it is written in.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new OneLineConverter<InputPiece>(), new OneLineConverter<BlockProof>(),
            new OneLineConverter<FileSummary>(),
        },
    };

    /// <param name="statistics">Of all ranges, merged, with rows counted from the file's start.</param>
    /// <param name="bytes">The size of the source.</param>
    /// <param name="duration">From the job's start to its end.</param>
    /// <param name="chunks">Ranges the source was read in.</param>
    /// <param name="chunksReadTwice">Ranges that were read again.</param>
    /// <param name="bytesRead">Bytes asked of storage.</param>
    /// <param name="reads">Requests for them.</param>
    /// <param name="inference">How the schema was inferred, if it was.</param>
    public static JobSummary Create(
        ChunkStatistics statistics, long bytes, TimeSpan duration, int chunks, int chunksReadTwice, long bytesRead = 0, int reads = 0,
        InferenceSummary? inference = null) => new(
        statistics.Rows,
        statistics.Accepted,
        statistics.Rejected,
        statistics.CountsByCode,
        [.. statistics.Reasons.Take(ShownReasons)],
        [.. statistics.Columns.Select(ColumnSummary.Of)],
        bytes,
        Math.Round(duration.TotalSeconds, 3),
        duration > TimeSpan.Zero ? (long)(statistics.Rows / duration.TotalSeconds) : 0,
        chunks,
        chunksReadTwice,
        bytesRead,
        reads,
        [.. statistics.Reasons.Take(KeptReasons)],
        JobWarnings.Of(statistics, inference),
        inference);

    /// <exception cref="JsonException">The text is no summary.</exception>
    public static JobSummary FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<JobSummary>(json, Json) ?? throw new JsonException("A summary is an object.");

    /// <summary>The text of <c>summary.json</c>.</summary>
    public byte[] ToJson()
    {
        var unsealed = this with { Seal = Proof is null ? null : ByteSeal.BuildUnset(Proof.Algorithm) };
        byte[] text = [.. JsonSerializer.SerializeToUtf8Bytes(unsealed, Json), (byte)'\n'];
        if (Proof is not null) ByteSeal.Set(text, Proof.Algorithm);
        return text;
    }

    /// <summary>True when the text is what it was when it was written.</summary>
    public bool IsSealOf(ReadOnlySpan<byte> json) => Proof is not null && Seal is not null && ByteSeal.Holds(json, Seal, Proof.Algorithm);
}
