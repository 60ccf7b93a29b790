using System.Net.Sockets;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;

namespace Serverless.Local.Storage;

/// <summary>
/// The storage of the local host: the account that the settings name, an Azurite on the default ports, or one of our own.
/// </summary>
internal sealed class LocalStorage : IAsyncDisposable
{
    private static readonly int[] DefaultPorts = [10000, 10001, 10002];
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(2);

    private LocalStorage(string description, string? connectionString, AzuriteProcess? azurite)
    {
        Description = description;
        Azurite = azurite;
        if (connectionString is not null) Settings = new Dictionary<string, string?> { [StorageSetting.Name] = connectionString };
    }

    /// <summary>A description for the banner; holds no secret.</summary>
    public string Description { get; }

    /// <summary>The child process, if it is ours.</summary>
    public AzuriteProcess? Azurite { get; }

    /// <summary>The settings that the app needs beyond those it has already.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>();

    /// <param name="setting">Whether there is an account to use.</param>
    /// <param name="dataFolder">Where our own Azurite keeps its data, in a folder of its name.</param>
    /// <param name="progress">Hears of an installation.</param>
    /// <param name="time">The clock of time limits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">Azurite cannot be installed or started.</exception>
    public static async Task<LocalStorage> OpenAsync(
        StorageSetting setting, string dataFolder, IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        if (setting.NamesAccount) return new LocalStorage($"the account that {StorageSetting.Name} names", null, null);

        if (await IsAnsweringOnDefaultPortsAsync(cancellationToken))
            return new LocalStorage($"the Azurite on port {DefaultPorts[0]}", StorageSetting.Development, null);

        var folder = Path.Combine(dataFolder, "azurite");
        var azurite = await AzuriteProcess.StartAsync(folder, progress, time, cancellationToken);
        return new LocalStorage($"Azurite in {folder}", azurite.ConnectionString, azurite);
    }

    public ValueTask DisposeAsync() => Azurite?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<bool> IsAnsweringOnDefaultPortsAsync(CancellationToken cancellationToken)
    {
        foreach (var port in DefaultPorts)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            }
            catch (SocketException)
            {
                return false;
            }
        }

        // Something listens: an Azurite that knows the client's API version, or something else altogether.
        var options = new BlobClientOptions { Retry = { MaxRetries = 0, NetworkTimeout = ProbeLimit } };
        try
        {
            await new BlobServiceClient(StorageSetting.Development, options).GetPropertiesAsync(cancellationToken);
            return true;
        }
        catch (Exception refusal)
            when (refusal is RequestFailedException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
