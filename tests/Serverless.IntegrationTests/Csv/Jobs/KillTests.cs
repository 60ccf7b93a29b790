using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Http;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Kills a real host in the middle of a job, again and again: the next one ends it with the same bytes.</summary>
[Collection(AzuriteTests.Name)]
public sealed class KillTests(AzuriteFixture azurite)
{
    private const int Kills = 4;

    // All runs before the last say fewer lines than the job has reads and writes (two for each of its 49 chunks).
    private const int MaxLines = 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Host_KilledAtRandomPoints_EndsWithTheSameBytes(bool unique)
    {
        // The last 500 records repeat the ids of the first.
        var schema =
            $$$"""{"fields":[{"name":"id","type":"integer","constraints":{"unique":{{{(unique ? "true" : "false")}}}}},{"name":"name"}]}""";
        var file = Encoding.UTF8.GetBytes(
            "id,name\n" + string.Concat(Enumerable.Range(1, 30_000).Select(i => i % 997 == 0 ? $"x{i}\n" : $"{i % 29_500},\"a\nb\"\n")));
        var (soundPath, killedPath) = ($"kill/sound-{unique}", $"kill/killed-{unique}");
        await using var host = await CsvHost.StartAsync(azurite);
        await host.UploadAsync($"{soundPath}.schema.json", Encoding.UTF8.GetBytes(schema));
        await host.UploadAsync($"{killedPath}.schema.json", Encoding.UTF8.GetBytes(schema));
        var sound = await host.RunAsync($"{soundPath}.csv", file);
        await host.UploadAsync($"{killedPath}.csv", file);
        using var folder = new TemporaryFolder();
        string[] arguments = ["csv", folder.Path, azurite.ConnectionString, $"incoming/{killedPath}.csv", "8192"];
        var random = new Random(2);
        var ids = new HashSet<string>();

        for (var kill = 0; kill < Kills; kill++) await CrashProcess.KillAsync(arguments, random.Next(2, MaxLines), Hear);
        await CrashProcess.EndAsync(arguments, Hear);

        var killed = await host.FindAsync(Assert.Single(ids));
        Assert.Equal(CsvJobState.Completed, killed.State);
        Assert.Equal(sound.Rejected, killed.Rejected);
        Assert.Equal(unique, sound.Rejected > 500);
        foreach (var name in (string[])["clean.csv", "rejects.csv", "schema.json"])
            Assert.Equal(await host.ReadAsync(sound, name), await host.ReadAsync(killed, name));

        void Hear(string line)
        {
            if (line.StartsWith("started ", StringComparison.Ordinal)) ids.Add(line["started ".Length..]);
        }
    }

    [Theory]
    [InlineData("csv", null)]
    [InlineData("csv", "place")]
    [InlineData("parquet", null)]
    public async Task HostThatMends_KilledAtRandomPoints_EndsWithTheRecordsOfTheCorrectedFile(string output, string? partitionBy)
    {
        const int count = 3_000;
        string[] places = ["SE", "NO", "DK"];
        var wrong = Enumerable.Range(1, count).Where(i => i % 97 == 0).ToList();
        var options = new JsonObject
        {
            ["schema"] = JsonNode.Parse("""{"fields":[{"name":"id","type":"integer","constraints":{"unique":true}},{"name":"place"}]}"""),
            ["output"] = output,
            ["chunkBytes"] = 2048,
        };
        if (partitionBy is not null) options["partitionBy"] = partitionBy;
        await using var host = await CsvHost.StartAsync(azurite);
        var path = $"kill/mended-{output}-{partitionBy}";
        var sound = await host.RunAsync($"{path}-sound.csv", File(_ => ""), options.DeepClone().AsObject());
        var killed = await host.RunAsync($"{path}.csv", File(i => i % 97 == 0 ? "x" : ""), options.DeepClone().AsObject());
        using var folder = new TemporaryFolder();
        var body = "[" + string.Join(',', wrong.Select(i => $$"""{"row":{{i}},"raw":"{{i}},{{places[i % 3]}}"}""")) + "]";
        string[] arguments = ["mend", folder.Path, azurite.ConnectionString, killed.Id, body];
        var random = new Random(3);

        for (var kill = 0; kill < Kills; kill++) await CrashProcess.KillAsync(arguments, random.Next(1, 8), _ => { });
        await CrashProcess.EndAsync(arguments, _ => { });

        killed = await host.FindAsync(killed.Id);
        Assert.Equal((null, wrong.Count), (Assert.Single(killed.Mended!).Error, (int)killed.Mended![0].Accepted));
        Assert.Equal((count, 0), (killed.Accepted, killed.Rejected));
        foreach (var name in sound.Outputs.Select(NameOf).Where(n => n.StartsWith("clean", StringComparison.Ordinal)).Append("rejects.csv"))
            Assert.Equal(await ReadAsync(sound, name), await ReadAsync(killed, name));

        async Task<IReadOnlyList<string>> ReadAsync(CsvJobStatus job, string name)
        {
            var blob = job.Outputs.Select(o => o.Name).Single(o => o.EndsWith("/" + name, StringComparison.Ordinal))["processed/".Length..];
            var file = await azurite.Blobs.GetBlobContainerClient("processed").GetBlobClient(blob).DownloadContentAsync();
            var content = file.Value.Content;
            return output == "parquet" && name != "rejects.csv"
                ? await ParquetRecords.ReadAsync(content.ToArray()) : [content.ToString()];
        }

        static string NameOf(NamedFile file) =>
            file.Name[(file.Name.IndexOf("/clean", StringComparison.Ordinal) is > 0 and var at ? at : file.Name.LastIndexOf('/'))..][1..];

        byte[] File(Func<int, string> mark) => Encoding.UTF8.GetBytes(
            "id,place\n" + string.Concat(Enumerable.Range(1, count).Select(i => $"{mark(i)}{i},{places[i % 3]}\n")));
    }
}
