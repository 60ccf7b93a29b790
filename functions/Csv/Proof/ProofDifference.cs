namespace Serverless.Csv.Proof;

/// <summary>A stretch of a file that is not what it was.</summary>
/// <param name="File">The output's name, or that of the input.</param>
/// <param name="Start">Where it starts, in bytes.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record ProofDifference(string File, long Start, long End, string Message);
