using Serverless.Csv.Parsing;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Jobs.Run;

/// <summary>What a file's first bytes tell.</summary>
/// <param name="Dialect">How it is written.</param>
/// <param name="BomLength">The bytes before the text.</param>
/// <param name="DataStart">Where the first data record starts.</param>
/// <param name="HeaderLines">The physical lines before it.</param>
/// <param name="Schema">What the records must meet.</param>
public sealed record FileFacts(CsvDialect Dialect, int BomLength, long DataStart, long HeaderLines, TableSchema Schema);
