using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Local.Storage;
using Serverless.Storage;

namespace Serverless.TestSupport;

/// <summary>One Azurite for all tests of the collection; every test uses paths of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private AzuriteProcess? _azurite;

    public string ConnectionString => _azurite!.ConnectionString;

    public BlobServiceClient Blobs { get; private set; } = null!;

    public TableServiceClient Tables { get; private set; } = null!;

    internal Containers Containers { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _azurite = await AzuriteProcess.StartAsync(_folder.Path, new Progress<string>(), TimeProvider.System, CancellationToken.None);
        Blobs = new BlobServiceClient(ConnectionString);
        Tables = new TableServiceClient(ConnectionString);
        Containers = new Containers(Blobs);
    }

    public async Task DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
        _folder.Dispose();
    }
}
