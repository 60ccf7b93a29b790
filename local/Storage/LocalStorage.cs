using System.Net.Sockets;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;

namespace Serverless.Local.Storage;

/// <summary>The storage of the local host: what the setting names, an Azurite on the default ports, or one of our own.</summary>
internal sealed class LocalStorage : IAsyncDisposable
{
    private const string Development = "UseDevelopmentStorage=true";
    private static readonly int[] DefaultPorts = [10000, 10001, 10002];
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(2);

    private LocalStorage(string connectionString, string description, AzuriteProcess? azurite)
    {
        ConnectionString = connectionString;
        Description = description;
        Azurite = azurite;
    }

    public string ConnectionString { get; }

    /// <summary>What it is, for the banner; names no secret.</summary>
    public string Description { get; }

    /// <summary>The child process, if it is ours.</summary>
    public AzuriteProcess? Azurite { get; }

    /// <param name="setting">The value of <c>AzureWebJobsStorage</c>; empty and the development shortcut mean an emulator.</param>
    /// <param name="dataFolder">Where our own Azurite keeps its data, in a folder of its name.</param>
    /// <exception cref="StorageUnavailableException">Azurite cannot be installed or started.</exception>
    public static async Task<LocalStorage> OpenAsync(
        string? setting, string dataFolder, IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(setting) && !IsDevelopment(setting))
        {
            return new LocalStorage(setting, "the account that AzureWebJobsStorage names", null);
        }

        if (await AnswersOnDefaultPortsAsync(cancellationToken))
        {
            return new LocalStorage(Development, $"Azurite on port {DefaultPorts[0]}", null);
        }

        var azurite = await AzuriteProcess.StartAsync(Path.Combine(dataFolder, "azurite"), progress, time, cancellationToken);
        return new LocalStorage(azurite.ConnectionString, $"Azurite, data in {Path.Combine(dataFolder, "azurite")}", azurite);
    }

    public ValueTask DisposeAsync() => Azurite?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static bool IsDevelopment(string setting) =>
        string.Equals(setting.Trim().TrimEnd(';'), Development, StringComparison.OrdinalIgnoreCase);

    private static async Task<bool> AnswersOnDefaultPortsAsync(CancellationToken cancellationToken)
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
            await new BlobServiceClient(Development, options).GetPropertiesAsync(cancellationToken);
            return true;
        }
        catch (Exception refusal) when (refusal is RequestFailedException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
