using System.Net.Http.Json;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class HostLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Log_WithoutVerbose_HasWhatHandlersSayAndNoLineACall()
    {
        using var host = await HostProcess.StartAsync(_folder.Path);
        await host.Http.GetStringAsync(new Uri("api/tasks", UriKind.Relative));

        using var sent = await host.Http.PostAsJsonAsync("api/tasks/demo.fail", new { args = new { times = 1 }, maxRetries = 0 });

        await Eventually.TrueAsync(() => host.Log.Any(line => line.Contains("Attempt 0 of 1 that fail as told", StringComparison.Ordinal)));
        Assert.DoesNotContain(host.Log, line => line.Contains("Executed", StringComparison.Ordinal));
    }
}
