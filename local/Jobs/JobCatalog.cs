using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Jobs;
using Serverless.Local.Storage;
using Serverless.Storage;

namespace Serverless.Local.Jobs;

/// <summary>The jobs of a data folder: asked of the host that works on it, or read from its storage when there is none.</summary>
internal sealed class JobCatalog : IAsyncDisposable
{
    private readonly CsvApi? _api;
    private readonly FolderLock? _lock;
    private readonly LocalStorage? _storage;
    private readonly CsvJobStore? _store;
    private readonly MeasuredSpeeds? _speeds;

    private JobCatalog(CsvApi api, Uri host) => (_api, Host) = (api, host);

    private JobCatalog(FolderLock held, LocalStorage storage, CsvJobStore store, MeasuredSpeeds speeds)
    {
        _lock = held;
        _storage = storage;
        _store = store;
        _speeds = speeds;
    }

    /// <summary>The host that works on the folder; null when there is none.</summary>
    public Uri? Host { get; }

    /// <exception cref="StorageUnavailableException">There is no storage, or a process has the folder and does not answer.</exception>
    public static async Task<JobCatalog> OpenAsync(
        SessionOptions options, IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        FolderLock held;
        try
        {
            held = FolderLock.Take(options.Folder);
        }
        catch (StorageUnavailableException) when (HostAddress.Find(options.Folder) is { } address)
        {
            return new JobCatalog(new CsvApi(address), address);
        }

        try
        {
            var storage = await LocalStorage.OpenAsync(
                StorageSetting.Read(AppContext.BaseDirectory), options.Folder, progress, time, cancellationToken);
            var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(storage.Settings).Build();
            var tables = StorageClients.CreateTables(settings);
            return new JobCatalog(
                held, storage, new CsvJobStore(new LazyTable(tables, CsvJobStore.TableName, CsvJobStore.Form, time), time),
                new MeasuredSpeeds(new LazyTable(tables, MeasuredSpeeds.TableName, MeasuredSpeeds.Form, time), time));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public async Task<CsvJobStatus?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_api is not null) return await _api.FindAsync(id, cancellationToken);
        return await _store!.FindAsync(id, cancellationToken) is { } job ? Describe(job) : null;
    }

    /// <summary>The newest jobs, newest first.</summary>
    public async Task<IReadOnlyList<CsvJobStatus>> ListAsync(int size, CancellationToken cancellationToken)
    {
        if (_api is not null) return await _api.ListAsync(size, cancellationToken);
        var (jobs, _) = await _store!.ListAsync(size, null, cancellationToken);
        return [.. jobs.Select(Describe)];
    }

    /// <summary>The speed of one worker at a kind of work; null when none was measured.</summary>
    /// <param name="kind">The kind of work.</param>
    /// <param name="like">What makes jobs of the kind comparable; null when all are.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    public Task<Speed?> FindSpeedAsync(string kind, string? like, CancellationToken cancellationToken) => _api is not null
        ? _api.FindSpeedAsync(kind, like, cancellationToken) : _speeds!.FindAsync(kind, like, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_storage is not null) await _storage.DisposeAsync();
        _lock?.Dispose();
    }

    // No host, no orchestration at work: there is no progress to tell.
    private static CsvJobStatus Describe(CsvJobEntity job) => new(
        job.RowKey, $"{Containers.Incoming}/{job.Path}", job.GetState(), null, [], job.Error,
        job.Total, job.Accepted, job.Rejected, job.CreatedAt, job.EndedAt);
}
