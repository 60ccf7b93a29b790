using System.Text.Json.Serialization;
using Serverless.Csv.Output;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Sets;
using Serverless.CsvJobs.Sources;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>The findings of the inspection that every range needs; a blob in the job's folder.</summary>
/// <param name="Path">The file within <c>incoming</c>.</param>
/// <param name="ETag">Its content.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="BomLength">The bytes before the text.</param>
/// <param name="Dialect">How it is written.</param>
/// <param name="Output">How the clean records are written.</param>
/// <param name="IsSchemaInferred">Nobody gave the schema.</param>
/// <param name="Schema">What the records must meet, as JSON.</param>
/// <param name="BlockBytes">The size from which a block is sent.</param>
/// <param name="Inference">How the schema was inferred; null when it was given.</param>
internal sealed record CsvPlan(
    string Path, string ETag, long Size, int BomLength, CsvDialect Dialect, CsvOutput Output, bool IsSchemaInferred, string Schema,
    int BlockBytes,
    InferenceSummary? Inference = null)
{
    /// <summary>The lines before the first record that are no part of the table.</summary>
    public long Skipped { get; init; }

    /// <summary>The fields of a record; 0 in plans of earlier versions.</summary>
    public int Columns { get; init; }

    /// <summary>The files, where a pattern names several. Those of a job that has ended lie beside its index.</summary>
    public IReadOnlyList<InputFile>? Files { get; init; }

    /// <summary>A pattern names the files, which <see cref="Path"/> is.</summary>
    public bool IsSet { get; init; }

    /// <summary>The database that accepted records go into as well; null for none.</summary>
    public LoadPlan? Load { get; init; }

    /// <summary>Some values are masked.</summary>
    public bool HasMasks { get; init; }

    /// <summary>The key that masked values are hashed with; the default one when null.</summary>
    public string? MaskKey { get; init; }

    /// <summary>The mark of the key of masked values, so that mended ones are hashed with no other.</summary>
    public string? MaskCheck { get; init; }

    /// <summary>The blobs of files that foreign keys refer to by other names.</summary>
    public IReadOnlyList<ReferencedFile> References { get; init; } = [];

    /// <summary>The packing of the clean records.</summary>
    public CsvCompression Compression { get; init; }

    /// <summary>The column whose values have an output each; null for one output.</summary>
    public string? PartitionBy { get; init; }

    /// <summary>The hash of input and outputs.</summary>
    public HashKind Proof { get; init; }

    /// <summary>The hash of the bytes before the first record; of no meaning where the file is read from its start only.</summary>
    public string HeadHash { get; init; } = "";

    private const int DefaultBlockBytes = 4 << 20;
    private const int MaxBlockBytes = 100 << 20;

    // Of the 50,000 blocks that a blob may have, ranges may need 20,000 for what is left at their ends.
    private const int FullBlocks = 25_000;

    /// <summary>The container that the text is wrapped in.</summary>
    public FilePacking Packing { get; init; } = FilePacking.None;

    /// <summary>Guesses that may be wrong.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>True when the text is larger than the file.</summary>
    [JsonIgnore]
    public bool IsCompressed => Packing.Kind != PackingKind.None;

    /// <summary>It can be read from its start only, by one reader.</summary>
    [JsonIgnore]
    public bool IsSequential => !IsSet && (IsCompressed || !Dialect.Encoding.CanStartAnywhere());

    /// <summary>The plan for a file that was inspected.</summary>
    public static CsvPlan Of(CsvJobInput job, string etag, long size, FileFacts facts, bool isSchemaInferred)
    {
        var isCompressed = facts.Packing.Kind != PackingKind.None;
        return new CsvPlan(
            job.Path, etag, size, facts.BomLength, facts.Dialect, job.Options.Output, isSchemaInferred, facts.Schema.ToJson(),
            ChooseBlockBytes(size, isCompressed, job.Options.Output), facts.Inferred is { } inferred ? InferenceSummary.Of(inferred) : null)
        {
            Packing = facts.Packing,
            Columns = facts.Schema.Fields.Count,
            Notes = facts.Notes,
            Skipped = facts.Skipped,
            Compression = job.Options.Compress,
            PartitionBy = job.Options.PartitionBy,
            Proof = job.Options.Proof ?? HashKind.XxHash128,
            HeadHash = facts.HeadHash,
            References = job.Options.References ?? [],
            HasMasks = facts.Schema.Fields.Any(f => f.Mask is not null),
            MaskKey = job.Options.MaskKey,
        };
    }

    /// <summary>The plan for several files, of which one was looked at like a file of its own.</summary>
    public static CsvPlan Of(CsvJobInput job, string etag, FileFacts facts, IReadOnlyList<InputFile> files, bool isSchemaInferred)
    {
        var set = new FileSet(files);
        var isCompressed = files.Any(f => f.Packing.Kind != PackingKind.None);
        return Of(job, etag, set.Size, facts, isSchemaInferred) with
        {
            Path = job.Options.Files!,
            Files = files,
            IsSet = true,
            Packing = FilePacking.None,
            BlockBytes = ChooseBlockBytes(set.Size, isCompressed, job.Options.Output),
            Skipped = files.Sum(f => f.Skipped),
        };
    }

    /// <summary>The plan for one of several files.</summary>
    public CsvPlan Of(InputFile file) => this with
    {
        Path = file.Path,
        ETag = file.ETag,
        Size = file.Size,
        BomLength = file.BomLength,
        Packing = file.Packing,
        Dialect = Dialect with { Encoding = file.Encoding, SkipRows = file.SkipRows },
        Files = null,
        IsSet = false,
    };

    /// <summary>The size of a block, so that they suffice for the whole output.</summary>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="isCompressed">What comes out is larger.</param>
    /// <param name="output">JSON Lines repeat the column names on every line.</param>
    public static int ChooseBlockBytes(long size, bool isCompressed, CsvOutput output)
    {
        var growth = (isCompressed ? 20 : 1) * (output == CsvOutput.Jsonl ? 8 : 2);
        return (int)Math.Clamp(size / FullBlocks * growth, DefaultBlockBytes, MaxBlockBytes);
    }
}
