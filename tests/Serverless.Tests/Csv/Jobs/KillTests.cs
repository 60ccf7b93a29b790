using System.Diagnostics;
using System.Text;
using Serverless.CrashHost;
using Serverless.Csv.Jobs.Store;
using Serverless.Tests.Local;

namespace Serverless.Tests.Csv.Jobs;

/// <summary>Kills a real host in the middle of a job, again and again: the next one ends it with the same bytes.</summary>
[Collection(AzuriteTests.Name)]
public sealed class KillTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Host_KilledAtRandomPoints_EndsWithTheSameBytes()
    {
        var file = Encoding.UTF8.GetBytes("id,name\n" + string.Concat(Enumerable.Range(1, 30_000).Select(i => i % 997 == 0 ? $"x{i}\n" : $"{i},\"a\nb\"\n")));
        await using var host = await CsvHost.StartAsync(azurite);
        var sound = await host.RunAsync("kill/sound.csv", file);
        await host.UploadAsync("kill/killed.csv", file);
        using var folder = new TemporaryFolder();
        var random = new Random(2);

        var kills = 0;
        var id = "";
        bool ended;
        do
        {
            var lines = kills < 4 ? random.Next(2, 9) : int.MaxValue;
            (id, ended) = await RunAsync(folder.Path, lines);
            if (!ended) kills++;
        }
        while (!ended);

        Assert.InRange(kills, 1, 4);
        var killed = await host.FindAsync(id);
        Assert.Equal(CsvJobState.Completed, killed.State);
        foreach (var name in (string[])["clean.csv", "rejects.csv", "schema.json"])
            Assert.Equal(await host.ReadAsync(sound, name), await host.ReadAsync(killed, name));
    }

    private async Task<(string Id, bool Ended)> RunAsync(string folder, int lines)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["exec", typeof(CrashFunctions).Assembly.Location, "csv", folder, azurite.ConnectionString, "incoming/kill/killed.csv", "8192"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var id = "";
        try
        {
            while (lines-- > 0 && await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith("started ", StringComparison.Ordinal)) id = line["started ".Length..];
            }
        }
        finally
        {
            if (!process.HasExited && lines < 0) process.Kill();
        }

        await process.WaitForExitAsync(limit.Token);
        return (id, process.ExitCode == 0);
    }
}
