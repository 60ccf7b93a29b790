using Serverless.Csv.Inference;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Sources;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;

namespace Serverless.CsvJobs.Run;

/// <summary>The facts that a file's first bytes tell.</summary>
/// <param name="Dialect">How it is written.</param>
/// <param name="BomLength">The bytes before the text.</param>
/// <param name="DataStart">Where the first data record starts.</param>
/// <param name="HeaderLines">The physical lines before it.</param>
/// <param name="Schema">What the records must meet.</param>
/// <param name="Inferred">Where the schema comes from; null when it was given.</param>
internal sealed record FileFacts(
    CsvDialect Dialect, int BomLength, long DataStart, long HeaderLines, TableSchema Schema, InferredSchema? Inferred)
{
    /// <summary>Those of the header's lines that are no part of the table.</summary>
    public long Skipped { get; init; }

    /// <summary>The container that the text is wrapped in.</summary>
    public FilePacking Packing { get; init; } = FilePacking.None;

    /// <summary>Guesses that may be wrong, each a sentence that names the option which decides it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The hash of the bytes before the first record; empty where the file is read from its start only.</summary>
    public string HeadHash { get; init; } = "";

    /// <summary>It can be read from its start only.</summary>
    public bool IsSequential => Packing.Kind != PackingKind.None || !Dialect.Encoding.CanStartAnywhere();
}
