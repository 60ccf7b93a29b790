using System.Text.Json;
using Azure;
using Serverless.Csv.Proof;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>Finds the files of a job's input as they are now.</summary>
/// <param name="names">Their paths within <c>incoming</c>; none where it is one file.</param>
/// <returns>Null when they are not to be compared.</returns>
internal delegate IReadOnlyList<FoundInput>? FindInput(IReadOnlyList<string> names);

/// <summary>Holds a job's input and outputs against the proof in its summary.</summary>
internal static class JobVerifier
{
    // Small files wait for storage longer than they take.
    private const int ParallelFiles = 8;

    /// <summary>Compares all that is there.</summary>
    /// <param name="summary">The text of <c>summary.json</c>.</param>
    /// <param name="names">The outputs that are there.</param>
    /// <param name="open">Opens one of them.</param>
    /// <param name="findInput">Finds the files of the input.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="CsvJobException">The summary has no proof.</exception>
    public static async Task<JobVerification> RunAsync(
        byte[] summary, IReadOnlyCollection<string> names, Func<string, Task<Stream>> open, FindInput findInput,
        CancellationToken cancellationToken)
    {
        var differences = new List<ProofDifference>();
        if (Read(summary) is not { Proof: { } proof } read || !read.IsSealOf(summary))
        {
            differences.Add(new ProofDifference(Outputs.Summary, 0, summary.Length, "is not what the job wrote"));
            return new JobVerification(null, [Outputs.Summary], 0, differences);
        }

        var checker = new ProofChecker(proof);
        var isUnproven = checker.Files.Count == 0;
        var inputs = isUnproven ? null : findInput([.. checker.Files.OfType<string>()]);
        var files = new List<string> { Outputs.Summary };
        differences.AddRange(checker.CheckWhole(inputs is [{ Shown: var only }] ? only : "input"));
        foreach (var output in proof.Outputs)
        {
            files.Add(output.Name);
            if (names.Contains(output.Name))
            {
                differences.AddRange(await CompareAsync(
                    output.Name, output.Blocks.Sum(b => b.Bytes),
                    async () => await checker.CheckAsync(output, await open(output.Name), cancellationToken)));
            }
            else
            {
                differences.Add(new ProofDifference(output.Name, 0, output.Blocks.Sum(b => b.Bytes), "is missing"));
            }
        }

        foreach (var other in names.Where(n => CsvOutputs.IsName(n) && !files.Contains(n)))
            differences.Add(new ProofDifference(other, 0, 0, "is none of the job's outputs"));
        if (inputs is not null) differences.AddRange(await CheckInputsAsync(checker, inputs, cancellationToken));
        return new JobVerification(
            proof.Algorithm == HashKind.Sha256 ? "SHA-256" : "XXH128", files, inputs is null ? 0 : checker.Files.Count, differences)
        {
            IsInputUnproven = isUnproven,
        };
    }

    private static async Task<IReadOnlyList<ProofDifference>> CheckInputsAsync(
        ProofChecker checker, IReadOnlyList<FoundInput> inputs, CancellationToken cancellationToken)
    {
        var found = inputs.ToDictionary(i => i.Name, StringComparer.Ordinal);
        var differences = new IReadOnlyList<ProofDifference>[checker.Files.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelFiles, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, differences.Length, parallel, async (i, token) =>
        {
            var file = checker.Files[i];
            var input = file is null ? inputs[0] : found.GetValueOrDefault(file);
            differences[i] = input is { OpenAsync: { } openAsync }
                ? await CompareAsync(
                    input.Shown, 0, async () => await checker.CheckInputAsync(file, input.Shown, await openAsync(token), token))
                : [checker.FindMissing(file, input?.Shown ?? file!)];
        });
        var known = checker.Files.ToHashSet();
        var others = checker.Files is [null] ? inputs.Skip(1) : inputs.Where(i => !known.Contains(i.Name));
        return [.. differences.SelectMany(d => d), .. others.Select(o => new ProofDifference(
            o.Shown, 0, 0, "is none of the job's input files"))];
    }

    // The others are compared all the same.
    private static async Task<IReadOnlyList<ProofDifference>> CompareAsync(
        string shown, long bytes, Func<Task<IReadOnlyList<ProofDifference>>> compare)
    {
        try
        {
            return await compare();
        }
        catch (Exception e) when (e is RequestFailedException { Status: 404 or 412 } or FileNotFoundException or DirectoryNotFoundException)
        {
            return [new ProofDifference(shown, 0, bytes, "was deleted or replaced while it was compared")];
        }
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
