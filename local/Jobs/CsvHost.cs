using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.Local.Screens;
using Serverless.Local.Storage;
using Serverless.Storage;

namespace Serverless.Local.Jobs;

/// <summary>A host that cleans files: the one at work on the data folder, or one of our own for as long as it takes.</summary>
internal sealed class CsvHost : IAsyncDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly LocalSession? _session;

    private CsvHost(Uri address, BlobServiceClient blobs, IncomingBlobs incoming, LocalSession? session)
    {
        (Api, Blobs, Incoming, _session) = (new CsvApi(address), blobs, incoming, session);
    }

    public CsvApi Api { get; }

    public BlobServiceClient Blobs { get; }

    public IncomingBlobs Incoming { get; }

    /// <summary>False for the host of another process, which may end at any time.</summary>
    public bool IsOurs => _session is not null;

    /// <exception cref="FolderInUseException">A process has the folder and does not answer.</exception>
    /// <exception cref="StorageUnavailableException">There is no storage.</exception>
    public static async Task<CsvHost> OpenAsync(
        SessionOptions options, IScreen screen, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                var session = await LocalSession.OpenAsync(options, screen, time, cancellationToken);
                return new CsvHost(
                    session.Address, session.Services.GetRequiredService<BlobServiceClient>(),
                    session.Services.GetRequiredService<IncomingBlobs>(), session);
            }
            catch (FolderInUseException)
            {
                if (HostAddress.Read(options.Folder) is { } host && await TryUseAsync(host, cancellationToken) is { } running)
                {
                    screen.Note($"The host at {host.Address} does this.");
                    return running;
                }

                // It is about to answer, or to end.
                if (time.GetElapsedTime(began) > Patience) throw;
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (_session is not null) await _session.DisposeAsync();
    }

    private static async Task<CsvHost?> TryUseAsync(HostAddress.Content host, CancellationToken cancellationToken)
    {
        var settings = new ConfigurationBuilder().AddConfiguration(StorageSetting.ReadConfiguration(AppContext.BaseDirectory));
        if (host.Storage is { } storage)
            settings.AddInMemoryCollection(new Dictionary<string, string?> { [StorageSetting.Name] = storage });
        var blobs = StorageClients.CreateBlobs(settings.Build());
        var running = new CsvHost(host.Address, blobs, new IncomingBlobs(new Containers(blobs)), session: null);
        if (await running.Api.IsAnsweringAsync(cancellationToken)) return running;
        await running.DisposeAsync();
        return null;
    }
}
