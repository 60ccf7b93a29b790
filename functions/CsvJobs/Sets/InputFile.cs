using System.Text.Json.Serialization;
using Serverless.CsvJobs.Sources;
using Serverless.CsvParsing.Encodings;

namespace Serverless.CsvJobs.Sets;

/// <summary>One of several files of a job.</summary>
/// <param name="Path">Its path within <c>incoming</c>.</param>
/// <param name="ETag">Its content.</param>
/// <param name="Offset">The bytes of the files before it.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record InputFile(string Path, string ETag, long Offset, long Size)
{
    /// <summary>The place of its first record.</summary>
    public long DataStart { get; init; }

    /// <summary>The physical lines before that.</summary>
    public long HeaderLines { get; init; }

    /// <summary>Those of them that are no part of the table.</summary>
    public long Skipped { get; init; }

    /// <summary>The bytes before its text.</summary>
    public int BomLength { get; init; }

    public CsvEncoding Encoding { get; init; }

    /// <summary>The physical lines before the header.</summary>
    public int SkipRows { get; init; }

    /// <summary>The container that its text is wrapped in.</summary>
    public FilePacking Packing { get; init; } = FilePacking.None;

    /// <summary>
    /// The hash of the bytes before its first record, of no meaning where it is read from its start only; null in plans of earlier
    /// versions.
    /// </summary>
    public string? HeadHash { get; init; }

    /// <summary>It can be read from its start only, by one reader.</summary>
    [JsonIgnore]
    public bool IsSequential => Packing.Kind != PackingKind.None || !Encoding.CanStartAnywhere();

    /// <summary>Its end among the bytes of all files.</summary>
    [JsonIgnore]
    public long End => Offset + Size;

    /// <summary>The place that it is read from: its first record, or its start where no position can be told without reading.</summary>
    [JsonIgnore]
    public long First => IsSequential ? 0 : Math.Min(DataStart, Size);
}
