using System.Globalization;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Email;

/// <summary>Kills a real host in the middle of a mail job, again and again.</summary>
[Collection(AzuriteTests.Name)]
public sealed class EmailKillTests(AzuriteFixture azurite)
{
    private const int Recipients = 200;
    private const int Parallel = 2;
    private const int Kills = 4;

    // Each message is a line: no kill comes after the last one.
    private const int MaxLines = 40;

    [Fact]
    public async Task Host_KilledAtRandomPoints_RepeatsAtMostTheMessagesInFlight()
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions(Quiet: true));
        var container = await azurite.Containers.GetAsync(Containers.Recipients);
        await container.GetBlobClient("kill.csv").UploadAsync(
            BinaryData.FromString(
                "to\n" + string.Concat(Enumerable.Range(0, Recipients).Select(i => $"user{i}@example.com\n"))), overwrite: true);
        using var folder = new TemporaryFolder();
        var random = new Random(3);

        string[] arguments =
            ["email", folder.Path, azurite.ConnectionString, server.Port.ToString(CultureInfo.InvariantCulture), "recipients/kill.csv"];
        var result = "";

        for (var kill = 0; kill < Kills; kill++) await CrashProcess.KillAsync(arguments, random.Next(3, MaxLines), Hear);
        await CrashProcess.EndAsync(arguments, Hear);

        Assert.Equal($"result {Recipients} {Recipients}", result);
        Assert.Equal(Recipients, server.Taken.Select(t => t.Id).Distinct().Count());
        Assert.InRange(server.Taken.Count, Recipients, Recipients + (Kills * Parallel));

        void Hear(string line)
        {
            if (line.StartsWith("result ", StringComparison.Ordinal)) result = line;
        }
    }
}
