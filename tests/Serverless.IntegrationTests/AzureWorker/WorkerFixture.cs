using Serverless.TestSupport;

namespace Serverless.IntegrationTests.AzureWorker;

/// <summary>One worker for all tests of the class, with a storage of its own and no broker.</summary>
public sealed class WorkerFixture : IAsyncLifetime
{
    private const string NoBroker =
        "Endpoint=sb://127.0.0.1;SharedAccessKeyName=key;SharedAccessKey=a2V5;UseDevelopmentEmulator=true;";

    private readonly AzuriteFixture _azurite = new();
    private WorkerHost? _host;

    internal WorkerHost Host => _host!;

    public async Task InitializeAsync()
    {
        if (BuiltWorker.Absent is not null) return;
        await _azurite.InitializeAsync();
        _host = await WorkerHost.StartAsync(
            BuiltWorker.Path!,
            new Dictionary<string, string> { ["AzureWebJobsStorage"] = _azurite.ConnectionString, ["ServiceBus"] = NoBroker });
    }

    public async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        await _azurite.DisposeAsync();
    }
}
