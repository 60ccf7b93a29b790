using System.Text;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
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
}
