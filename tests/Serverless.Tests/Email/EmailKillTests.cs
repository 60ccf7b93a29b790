using System.Diagnostics;
using System.Globalization;
using Serverless.CrashHost;
using Serverless.Storage;
using Serverless.Tests.Csv.Jobs;
using Serverless.Tests.Local;

namespace Serverless.Tests.Email;

/// <summary>Kills a real host in the middle of a mail job, again and again.</summary>
[Collection(AzuriteTests.Name)]
public sealed class EmailKillTests(AzuriteFixture azurite)
{
    private const int Recipients = 200;
    private const int Parallel = 2;

    [Fact]
    public async Task Host_KilledAtRandomPoints_RepeatsAtMostTheMessagesInFlight()
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions(Quiet: true));
        var container = await azurite.Containers.GetAsync(Containers.Recipients);
        await container.GetBlobClient("kill.csv").UploadAsync(
            BinaryData.FromString("to\n" + string.Concat(Enumerable.Range(0, Recipients).Select(i => $"user{i}@example.com\n"))), overwrite: true);
        using var folder = new TemporaryFolder();
        var random = new Random(3);

        var kills = 0;
        while (!await RunAsync(folder.Path, server.Port, kills < 4 ? random.Next(3, 30) : int.MaxValue)) kills++;

        Assert.InRange(kills, 1, 4);
        Assert.Equal(Recipients, server.Taken.Select(t => t.Id).Distinct().Count());
        Assert.InRange(server.Taken.Count, Recipients, Recipients + (kills * Parallel));
    }

    private async Task<bool> RunAsync(string folder, int smtpPort, int lines)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["exec", typeof(CrashFunctions).Assembly.Location, "email", folder, azurite.ConnectionString, smtpPort.ToString(CultureInfo.InvariantCulture), "recipients/kill.csv"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var last = "";
        try
        {
            while (lines-- > 0 && await process.StandardOutput.ReadLineAsync(limit.Token) is { } line) last = line;
        }
        finally
        {
            if (!process.HasExited && lines < 0) process.Kill();
        }

        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0) return false;
        Assert.Equal($"result {Recipients} {Recipients}", last);
        return true;
    }
}
