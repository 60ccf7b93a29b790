namespace Serverless.CsvJobs.Run;

/// <summary>A range's blocks and its rows in a database: enough to name each of them.</summary>
internal sealed record StagedRange(string Label, long Start, long End, long First, int Blocks);

/// <summary>A fold's blocks of rejects.</summary>
internal sealed record StagedRejects(int Fold, int Blocks);
