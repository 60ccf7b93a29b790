using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Mending;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Verification;

/// <summary>
/// Of a job of several files the proof tells whatever byte of whichever file is changed, and which of them are gone or new.
/// </summary>
[Collection(AzuriteTests.Name)]
public sealed class SetProofTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}""";

    private readonly string _folder = $"sets/{Guid.NewGuid():N}";
    private readonly Dictionary<string, byte[]> _files = new()
    {
        ["a.csv"] = "id,note\n1,\"one\nline more\"\nx,bad\n2,two"u8.ToArray(),
        ["b.csv"] = [.. Encoding.UTF8.GetPreamble(), .. "id,note\r\n3,three\r\ny,wrong\r\n\r\n"u8],
        ["c/empty.csv"] = [],
        ["c/header.csv"] = "id,note\n"u8.ToArray(),
        ["d.csv"] = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("id,note\n4,vier\nz,schlecht\n")],
        ["e.csv.gz"] = Packed.Gzip("id,note\n5,b\n6,c\nw,d\n"u8.ToArray()),
        ["f.csv"] = "title above\nid,note\n7,sieben\n8,acht\n"u8.ToArray()[12..],
    };

    [Theory]
    [InlineData(null, "sha256")]
    [InlineData(6, "xxh128")]
    [InlineData(40, "xxh128")]
    public async Task AnyByteOfAnyFile_IsFound(int? chunkBytes, string hash)
    {
        await using var host = await CsvHost.StartAsync(azurite);
        var job = await RunAsync(host, chunkBytes, hash);
        var outputs = await ReadAsync(job);

        var sound = await VerifyAsync(outputs, _files);
        Assert.Equal([], sound.Differences);
        Assert.Equal((_files.Count, true), (sound.Inputs, sound.IsInputChecked));
        foreach (var (name, content) in _files)
        {
            for (var at = 0; at < content.Length; at++)
            {
                var changed = new Dictionary<string, byte[]>(_files) { [name] = (byte[])content.Clone() };
                changed[name][at] ^= 4;
                var difference = Assert.Single((await VerifyAsync(outputs, changed)).Differences);
                Assert.True(difference.File == name && at >= difference.Start && at < difference.End, $"{difference} for {name} {at}");
            }

            if (content.Length > 0)
            {
                var shorter = new Dictionary<string, byte[]>(_files) { [name] = content[..^1] };
                var cut = Assert.Single((await VerifyAsync(outputs, shorter)).Differences);
                Assert.Equal((name, (long)content.Length), (cut.File, cut.End));
            }

            var longer = new Dictionary<string, byte[]>(_files) { [name] = [.. content, (byte)'1'] };
            Assert.Equal(name, Assert.Single((await VerifyAsync(outputs, longer)).Differences).File);
        }
    }

    [Fact]
    public async Task FilesThatAreMissingOrNew_AreNamedWithTheirRecords()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        var outputs = await ReadAsync(await RunAsync(host, null, "xxh128"));
        var changed = new Dictionary<string, byte[]>(_files) { ["g.csv"] = [] };
        changed.Remove("b.csv");
        changed.Remove("c/empty.csv");

        var verification = await VerifyAsync(outputs, changed);

        Assert.Equal(
            [
                $"{_folder}/b.csv: is missing (records 4 to 6)", $"{_folder}/c/empty.csv: is missing (above the first record)",
                "g.csv: is none of the job's input files",
            ],
            verification.Differences.Select(d => $"{d.File}: {d.Message}"));
    }

    [Fact]
    public async Task MendedJob_KeepsATrueProof()
    {
        await using var host = await CsvHost.StartAsync(
            azurite, functions: [typeof(CsvMend), typeof(MendOrchestrator), typeof(StageMend), typeof(CommitMend), typeof(FailMend)]);
        var job = await RunAsync(host, 40, "xxh128");

        using var response = await host.Http.PostAsJsonAsync(
            $"csv/{job.Id}/rejects", JsonNode.Parse("""[{"row":2,"raw":"9,bad"},{"row":5,"drop":true}]"""));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(async () => (await host.FindAsync(job.Id)).Mended is { Count: 1 });

        var verification = await VerifyAsync(await ReadAsync(await host.FindAsync(job.Id)), _files);
        Assert.Equal([], verification.Differences);
        Assert.Equal(_files.Count, verification.Inputs);
    }

    private async Task<CsvJobStatus> RunAsync(CsvHost host, int? chunkBytes, string hash)
    {
        foreach (var (name, content) in _files) await host.UploadAsync($"{_folder}/{name}", content);
        var request = new JsonObject
        {
            ["files"] = $"incoming/{_folder}/",
            ["schema"] = JsonNode.Parse(Schema),
            ["proof"] = hash,
        };
        if (chunkBytes is not null) request["chunkBytes"] = chunkBytes;
        var job = await host.WaitAsync(await host.StartJobAsync(request));
        Assert.Equal((CsvJobState.Completed, null), (job.State, job.Error));
        return job;
    }

    private async Task<Dictionary<string, byte[]>> ReadAsync(CsvJobStatus job)
    {
        var processed = (await azurite.Containers.GetAllAsync(Containers.Processed))[0];
        var outputs = new Dictionary<string, byte[]>();
        foreach (var output in job.Outputs)
        {
            var blob = processed.GetBlobClient(output.Name[(Containers.Processed.Length + 1)..]);
            outputs[CsvOutputs.NameOf(output.Name)] = (await blob.DownloadContentAsync()).Value.Content.ToArray();
        }

        return outputs;
    }

    private Task<JobVerification> VerifyAsync(Dictionary<string, byte[]> outputs, Dictionary<string, byte[]> files) =>
        VerifiedOutputs.VerifyAsync(outputs, [.. files.Select(f => VerifiedOutputs.Open($"{_folder}/{f.Key}", f.Key, f.Value))]);
}
