using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Verification;

/// <summary>Whatever byte of an output or of the input is changed, the proof tells.</summary>
[Collection(AzuriteTests.Name)]
public sealed class ProofTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}""";

    private readonly MendPipeline _pipeline = new(azurite);

    [Theory]
    [InlineData(1, CsvOutput.Csv, HashKind.XxHash128, "utf-8")]
    [InlineData(2, CsvOutput.Jsonl, HashKind.Sha256, "utf-16")]
    [InlineData(3, CsvOutput.Parquet, HashKind.XxHash128, "latin1")]
    [InlineData(4, CsvOutput.Csv, HashKind.XxHash128, "gzip")]
    [InlineData(5, CsvOutput.Csv, HashKind.XxHash128, "zip")]
    [InlineData(8, CsvOutput.Csv, HashKind.XxHash128, "compressed output")]
    [InlineData(9, CsvOutput.Jsonl, HashKind.XxHash128, "compressed output")]
    internal async Task AnyByteThatIsFlipped_IsFound(int seed, CsvOutput output, HashKind hash, string kind)
    {
        var random = new Random(seed);
        for (var i = 0; i < 4; i++)
        {
            var text = new Mending.GeneratedFile(random, ",").Text(",").Replace("🙂", "", StringComparison.Ordinal);
            var input = kind switch
            {
                "gzip" => Packed.Gzip(Encoding.UTF8.GetBytes(text)),
                "zip" => Packed.Zip(("a.csv", Encoding.UTF8.GetBytes(text))),
                "utf-16" => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)],
                "latin1" => Encoding.Latin1.GetBytes(text),
                _ => Encoding.UTF8.GetBytes(text),
            };
            var options = new CsvJobOptions(output, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 2 * random.Next(4, 200))
            {
                Proof = hash,
                Compress = kind == "compressed output" ? CsvCompression.Gzip : CsvCompression.None,
            };
            var pipeline = new Jobs.CsvPipeline(azurite);
            var outputs = await pipeline.RunAsync(input, $"proof/{seed}.csv", options, Schema);
            await AssertSoundAsync(outputs, input);

            var summary = outputs["summary.json"];
            for (var at = 0; at < summary.Length; at++) await AssertFoundAsync("summary.json", at);
            foreach (var name in outputs.Keys.Where(n => n != "summary.json"))
            {
                for (var n = 0; n < 25 && outputs[name].Length > 0; n++) await AssertFoundAsync(name, random.Next(outputs[name].Length));
            }

            for (var n = 0; n < 100 && input.Length > 0; n++)
            {
                var at = random.Next(input.Length);
                var changed = (byte[])input.Clone();
                changed[at] ^= (byte)(1 << random.Next(8));
                var difference = Assert.Single((await VerifiedOutputs.VerifyAsync(outputs, changed)).Differences);
                Assert.True(difference.File == "input" && at >= difference.Start && at < difference.End, $"{difference} for {at}");
            }

            async Task AssertFoundAsync(string name, int at)
            {
                var changed = new Dictionary<string, byte[]>(outputs) { [name] = (byte[])outputs[name].Clone() };
                changed[name][at] ^= (byte)(1 << random.Next(8));
                var difference = Assert.Single((await VerifiedOutputs.VerifyAsync(changed, input)).Differences);
                Assert.True(difference.File == name && at >= difference.Start && at < difference.End, $"{difference} for {at}");
            }
        }
    }

    [Theory]
    [InlineData(6, CsvOutput.Csv, CsvCompression.None)]
    [InlineData(7, CsvOutput.Jsonl, CsvCompression.None)]
    [InlineData(8, CsvOutput.Csv, CsvCompression.Gzip)]
    [InlineData(9, CsvOutput.Jsonl, CsvCompression.Gzip)]
    internal async Task MendedJobs_KeepATrueProof(int seed, CsvOutput output, CsvCompression compression)
    {
        var random = new Random(seed);
        for (var i = 0; i < 8; i++)
        {
            var file = new Mending.GeneratedFile(random, ",");
            var options = new CsvJobOptions(output, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 2 * random.Next(4, 400))
            {
                Compress = compression,
            };
            var (folder, _) = await _pipeline.RunAsync(file.Text(","), $"proof/mended-{seed}.csv", options, Schema);
            foreach (var rows in file.Mended.Keys.Chunk(Math.Max(1, file.Mended.Count / 2)))
            {
                await _pipeline.MendAsync(folder, file.Body(rows, asJson: true));
                await AssertSoundAsync(await _pipeline.ReadAsync(folder), Encoding.UTF8.GetBytes(file.Text(",")));
            }

            if (JobSummary.FromJson((await _pipeline.ReadAsync(folder))["summary.json"]).Reasons is not [var rejected, ..]) continue;
            await _pipeline.MendAsync(folder, $$"""[{"row":{{rejected.Row}},"drop":true}]""");
            var outputs = await _pipeline.ReadAsync(folder);
            await AssertSoundAsync(outputs, Encoding.UTF8.GetBytes(file.Text(",")));
            Assert.Equal(1, JobSummary.FromJson(outputs["summary.json"]).Proof!.Input.Sum(p => p.Dropped));
        }
    }

    [Fact]
    public async Task OutputsThatAreMissingOrForeign_AreNamed()
    {
        var (_, outputs) = await _pipeline.RunAsync("id,note\n1,a\n", "proof/missing.csv", new CsvJobOptions(), Schema);
        outputs.Remove("rejects.csv");
        outputs["clean.jsonl"] = [];
        outputs["notes.txt"] = [];

        var verification = await VerifiedOutputs.VerifyAsync(outputs, input: null);

        Assert.False(verification.IsInputChecked);
        Assert.Equal(
            ["rejects.csv: is missing", "clean.jsonl: is none of the job's outputs"],
            verification.Differences.Select(d => $"{d.File}: {d.Message}"));
    }

    private static async Task AssertSoundAsync(Dictionary<string, byte[]> outputs, byte[] input)
    {
        var verification = await VerifiedOutputs.VerifyAsync(outputs, input);
        Assert.Empty(verification.Differences);
        Assert.Equal(outputs.Count, verification.Files.Count);
        var summary = JobSummary.FromJson(outputs["summary.json"]);
        var pieces = summary.Proof!.Input;
        Assert.Equal((summary.Accepted, summary.Rejected), (pieces.Sum(p => p.Accepted), pieces.Sum(p => p.Rejected)));
    }
}
