using Microsoft.Extensions.Configuration;
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

    private readonly Task<LocalSession>? _session;

    private CsvHost(IConfiguration settings, Task<LocalSession>? session, Task<CsvApi> api)
    {
        Containers = new Containers(StorageClients.CreateAccounts(settings));
        Incoming = new IncomingBlobs(Containers);
        (_session, Api) = (session, api);
    }

    /// <summary>Its endpoints, once it answers: our own takes a while longer than its storage.</summary>
    public Task<CsvApi> Api { get; }

    public Containers Containers { get; }

    public IncomingBlobs Incoming { get; }

    /// <summary>False for the host of another process, which may end at any time.</summary>
    public bool IsOurs => _session is not null;

    /// <summary>Comes back when there is storage.</summary>
    /// <exception cref="FolderInUseException">A process has the folder and does not answer.</exception>
    /// <exception cref="StorageUnavailableException">There is no storage.</exception>
    public static async Task<CsvHost> OpenAsync(
        SessionOptions options, IScreen screen, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                var opened = new TaskCompletionSource<LocalStorage>(TaskCreationOptions.RunContinuationsAsynchronously);
                var session = LocalSession.OpenAsync(options, screen, time, opened.SetResult, cancellationToken);
                if (await Task.WhenAny(opened.Task, session) == session) await session;
                return new CsvHost(ReadSettings((await opened.Task).Settings), session, OpenApiAsync(session));
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

    /// <summary>Lets the functions of a host of our own end, while its storage is still read.</summary>
    public async Task StopFunctionsAsync()
    {
        if (_session is not null) await (await _session).StopFunctionsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is null)
        {
            (await Api).Dispose();
            return;
        }

        // What did not open has closed what it had.
        await ((Task)Api).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Api.IsCompletedSuccessfully) return;
        (await Api).Dispose();
        await (await _session).DisposeAsync();
    }

    private static async Task<CsvApi> OpenApiAsync(Task<LocalSession> session) => new((await session).Address);

    private static IConfiguration ReadSettings(IEnumerable<KeyValuePair<string, string?>> own) => new ConfigurationBuilder()
        .AddConfiguration(LocalSettings.Read(AppContext.BaseDirectory)).AddInMemoryCollection(own).Build();

    private static async Task<CsvHost?> TryUseAsync(HostAddress.Content host, CancellationToken cancellationToken)
    {
        var api = new CsvApi(host.Address);
        if (!await api.IsAnsweringAsync(cancellationToken))
        {
            api.Dispose();
            return null;
        }

        Dictionary<string, string?> own = host.Storage is { } storage ? new() { [StorageSetting.Name] = storage } : [];
        return new CsvHost(ReadSettings(own), session: null, Task.FromResult(api));
    }
}
