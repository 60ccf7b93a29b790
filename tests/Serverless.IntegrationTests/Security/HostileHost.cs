using Serverless.Local.Queues;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Security;

/// <summary>The whole app on the local host, as it is shipped, with limits that a test can reach.</summary>
public sealed class HostileHost : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();
    private TestHost? _host;

    public Uri Address => _host!.Host.Address;

    internal CollectedLogs Logs => _host!.Logs;

    public async Task InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _host = await TestHost.StartAsync(
            HttpFunction.Classes,
            hostJson: await File.ReadAllTextAsync(Path.Combine(Repository.Root, "host.json")),
            settings: new() { ["AzureWebJobsStorage"] = _azurite.ConnectionString, ["Csv:MaxUploadBytes"] = "1000000" },
            services: (services, configuration) => services.AddServerless(configuration),
            queues: LocalQueues.ReadDefinitions());
    }

    public async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        await _azurite.DisposeAsync();
    }
}
