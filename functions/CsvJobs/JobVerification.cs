using Serverless.Csv.Proof;

namespace Serverless.CsvJobs;

/// <summary>The outcome of holding a job's files against its proof.</summary>
/// <param name="Algorithm">The hash; null when the summary cannot be read.</param>
/// <param name="Files">The files that were compared.</param>
/// <param name="Inputs">How many files of the input were compared.</param>
/// <param name="Differences">What is not as it was; none when all is.</param>
internal sealed record JobVerification(
    string? Algorithm, IReadOnlyList<string> Files, int Inputs, IReadOnlyList<ProofDifference> Differences)
{
    /// <summary>The input was there to be compared.</summary>
    public bool IsInputChecked => Inputs > 0;

    /// <summary>The proof tells nothing of the input: an earlier version read it.</summary>
    public bool IsInputUnproven { get; init; }
}
