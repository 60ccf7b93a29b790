using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>
/// Kills a real host in the middle of a canvas, again and again: the next one goes on with it, and the result is the same.
/// </summary>
[Collection(WorkflowTests.Name)]
public sealed class CanvasKillTests(AzuriteFixture azurite)
{
    private const int Kills = 4;

    // Longer than a lane's lock, and than the first look for a lost event.
    private const int MinutesBetween = 2;

    [Theory]
    [InlineData("chain", 200, 40, "200")]
    [InlineData("chord", 1_000, 200, "500500")]
    public async Task Host_KilledInTheMiddle_EndsWithTheSameResult(string kind, int count, int maxLines, string expected)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(4);

        // All runs before the last say fewer lines than there are tasks.
        for (var kill = 0; kill < Kills; kill++)
            await CrashProcess.KillAsync(Arguments(kill), random.Next(maxLines / 4, maxLines), _ => { });
        var last = "";
        await CrashProcess.EndAsync(Arguments(Kills), line => last = line);

        Assert.Equal($"ended Completed {expected}", last);

        string[] Arguments(int kill) => ["canvas", folder.Path, azurite.ConnectionString, kind, $"{count}", $"{MinutesBetween * kill}"];
    }
}
