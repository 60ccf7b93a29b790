using Serverless.CsvJobs;

namespace Serverless.IntegrationTests.Csv.Verification;

/// <summary>Holds outputs that were read, and files in memory, against a job's proof.</summary>
internal static class VerifiedOutputs
{
    /// <summary>Of a job of one file, which is called <c>input</c>.</summary>
    public static Task<JobVerification> VerifyAsync(IReadOnlyDictionary<string, byte[]> outputs, byte[]? input) =>
        VerifyAsync(outputs, input is null ? null : [Open("input", "input", input)]);

    public static Task<JobVerification> VerifyAsync(IReadOnlyDictionary<string, byte[]> outputs, IReadOnlyList<FoundInput>? inputs) =>
        JobVerifier.RunAsync(
            outputs["summary.json"], [.. outputs.Keys], name => Task.FromResult<Stream>(new MemoryStream(outputs[name])), _ => inputs,
            CancellationToken.None);

    public static FoundInput Open(string name, string shown, byte[] content) =>
        new(name, shown, _ => Task.FromResult<Stream>(new MemoryStream(content)));
}
