namespace Serverless.CsvJobs.Run;

/// <summary>A range's blocks: enough to name each of them.</summary>
internal sealed record StagedRange(string Label, long Start, long First, int Blocks);

/// <summary>A fold's blocks of rejects.</summary>
internal sealed record StagedRejects(int Fold, int Blocks);
