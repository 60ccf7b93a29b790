using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class StatusCommandTests
{
    private const string Moment = @"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?";

    [Fact]
    public async Task Status_SomethingIsPaused_SaysWhatSinceWhenAndByWhom()
    {
        using var folder = new TemporaryFolder();
        using var host = await HostProcess.StartAsync(folder.Path);
        foreach (var path in (string[])["tasks/demo.add", "tenants/acme", "queues/email"]) await PostAsync(host, $"{path}/pause");

        var paused = await CommandProcess.RunAsync(folder.Path, "status", "--data", folder.Path);
        var json = await CommandProcess.RunAsync(folder.Path, "status", "--json", "--data", folder.Path);
        foreach (var path in (string[])["tasks/demo.add", "tenants/acme", "queues/email"]) await PostAsync(host, $"{path}/resume");
        var resumed = await CommandProcess.RunAsync(folder.Path, "status", "--data", folder.Path);

        var lines = paused.Output.Split('\n').Where(line => line.StartsWith("Paused: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(0, paused.ExitCode);
        Assert.Collection(
            lines,
            line => Assert.Matches($"^Paused: task demo.add since {Moment}.* by local[.]", line),
            line => Assert.Matches($"^Paused: tenant acme since {Moment}.* by local[.]", line),
            line => Assert.Matches($"^Paused: queue email since {Moment}.* by local[.]", line));
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(json.Output).RootElement.ValueKind);
        Assert.DoesNotContain("Paused", resumed.Output, StringComparison.Ordinal);
        host.Kill();
    }

    private static async Task PostAsync(HostProcess host, string path)
    {
        using var answer = await host.Http.PostAsync(new Uri($"api/{path}", UriKind.Relative), null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
