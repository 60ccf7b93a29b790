using System.Text.Json;
using Serverless.Csv.Proof;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>Holds a job's input and outputs against the proof in its summary.</summary>
internal static class JobVerifier
{
    /// <summary>Compares all that is there.</summary>
    /// <param name="summary">The text of <c>summary.json</c>.</param>
    /// <param name="names">The outputs that are there.</param>
    /// <param name="open">Opens one of them.</param>
    /// <param name="input">The input, and what it is called; null when it is not to be compared.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="CsvJobException">The summary has no proof.</exception>
    public static async Task<JobVerification> RunAsync(
        byte[] summary, IReadOnlyCollection<string> names, Func<string, Task<Stream>> open, (string Name, Stream Content)? input,
        CancellationToken cancellationToken)
    {
        var differences = new List<ProofDifference>();
        if (Read(summary) is not { Proof: { } proof } read || !read.IsSealOf(summary))
        {
            differences.Add(new ProofDifference(Outputs.Summary, 0, summary.Length, "is not what the job wrote"));
            return new JobVerification(null, [Outputs.Summary], false, differences);
        }

        var checker = new ProofChecker(proof);
        var files = new List<string> { Outputs.Summary };
        differences.AddRange(checker.CheckWhole(input?.Name ?? "input"));
        foreach (var output in proof.Outputs)
        {
            files.Add(output.Name);
            if (names.Contains(output.Name))
                differences.AddRange(await checker.CheckAsync(output, await open(output.Name), cancellationToken));
            else differences.Add(new ProofDifference(output.Name, 0, output.Blocks.Sum(b => b.Bytes), "is missing"));
        }

        foreach (var other in names.Where(n => CsvOutputs.IsName(n) && !files.Contains(n)))
            differences.Add(new ProofDifference(other, 0, 0, "is none of the job's outputs"));
        if (input is var (name, content))
            differences.AddRange(await checker.CheckInputAsync(name, content, cancellationToken));
        return new JobVerification(
            proof.Algorithm == HashKind.Sha256 ? "SHA-256" : "XXH128", files, input is not null, differences);
    }

    // Null: no summary any more. That it never had a proof is not the same as that it was changed.
    private static JobSummary? Read(byte[] text)
    {
        try
        {
            var summary = JobSummary.FromJson(text);
            if (summary is { Proof: null, Seal: null })
                throw new CsvJobException("The summary has no proof: it was written by an earlier version. Run the job again.");
            return summary;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
