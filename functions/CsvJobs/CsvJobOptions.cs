using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Csv.Output;
using Serverless.CsvJobs.Load;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.CsvParsing.Sniffing;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>The options of a request for a job; null where it leaves the choice to the job.</summary>
/// <param name="Output">How the clean records are written.</param>
/// <param name="SchemaHash">Stands for the schema that was given; its text lies in the job's folder.</param>
/// <param name="Delimiter">Between fields; sniffed when null.</param>
/// <param name="Quote">Around fields, or <see cref="CsvDialect.None"/>; sniffed when null.</param>
/// <param name="Header">Whether the first record names the columns; judged from the content when null.</param>
/// <param name="Encoding">Detected when null.</param>
/// <param name="ChunkBytes">The size of a range in bytes; chosen from the file's size when null.</param>
/// <param name="MaxParallel">How many ranges are in flight; from the settings when null.</param>
/// <param name="MaxRejectedRatio">The job fails when more than this share of the records is rejected, 0 to 1; never when null.</param>
/// <param name="InferenceShare">The share of a column's sampled values that makes its type where no schema is given, over 0.5 to 1; 0.95
/// when null.</param>
internal sealed record CsvJobOptions(
    CsvOutput Output = CsvOutput.Csv,
    string? SchemaHash = null,
    string? Delimiter = null,
    char? Quote = null,
    bool? Header = null,
    CsvEncoding? Encoding = null,
    int? ChunkBytes = null,
    int? MaxParallel = null,
    double? MaxRejectedRatio = null,
    double? InferenceShare = null)
{
    /// <summary>The pattern within <c>incoming</c> of the files that are one job's input; null where there is one file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Files { get; init; }

    /// <summary>The member of a zip archive that is read; there must be one only when null.</summary>
    public string? Member { get; init; }

    /// <summary>The sheet of a workbook that is read; the first that is visible when null.</summary>
    public string? Sheet { get; init; }

    /// <summary>Makes the next character literal, or <see cref="CsvDialect.None"/>; sniffed when null.</summary>
    public char? Escape { get; init; }

    /// <summary>A doubled quote between quotes stands for one; so it is when null.</summary>
    public bool? DoubleQuote { get; init; }

    /// <summary>Lines that start so are no records; empty for none, sniffed when null.</summary>
    public string? Comment { get; init; }

    /// <summary>The lines above the header; sniffed when null.</summary>
    public int? SkipRows { get; init; }

    /// <summary>The records that the header takes; one when null.</summary>
    public int? HeaderRows { get; init; }

    /// <summary>The text between the names of several header rows; a space when null.</summary>
    public string? HeaderJoin { get; init; }

    /// <summary>Spaces at a field's start are not part of it; they are when null.</summary>
    public bool? SkipInitialSpace { get; init; }

    /// <summary>Texts that stand for no value in every column, beside those of the schema.</summary>
    public IReadOnlyList<string>? NullValues { get; init; }

    /// <summary>The database that accepted records go into as well; none when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LoadOptions? Load { get; init; }

    /// <summary>The setting with the key of masked values; the default one when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MaskKey { get; init; }

    /// <summary>The names of the schema for labels of the header that say it otherwise, in their order; none when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MappedColumn>? Map { get; init; }

    /// <summary>The blobs of the files that the schema's foreign keys name otherwise, in the order of their names.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReferencedFile>? References { get; init; }

    /// <summary>The fate of columns that the schema does not have; null leaves it to the schema.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExtraColumns? ExtraColumns { get; init; }

    /// <summary>The packing of the clean records.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CsvCompression Compress { get; init; }

    /// <summary>The column whose values have an output each; null for one output.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PartitionBy { get; init; }

    /// <summary>The hash of input and outputs in the summary; XXH128 when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HashKind? Proof { get; init; }

    /// <summary>The receiver of the news that the job has ended; null for nobody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FinishTarget? OnFinished { get; init; }

    /// <summary>The same text for the same options: part of the job's identity.</summary>
    public string ToCanonicalJson() => JsonSerializer.Serialize(this);

    /// <summary>The part of the options that describes the dialect.</summary>
    public DialectOptions ToDialectOptions() => new(Delimiter, Quote, Header, Encoding)
    {
        Escape = Escape,
        DoubleQuote = DoubleQuote,
        Comment = Comment,
        SkipInitialSpace = SkipInitialSpace ?? false,
        SkipRows = SkipRows,
        HeaderRows = HeaderRows ?? 1,
        HeaderJoin = HeaderJoin ?? " ",
    };
}
