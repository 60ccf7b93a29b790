using System.Threading.Channels;
using Azure.Data.Tables;
using Microsoft.Extensions.Hosting;
using Serverless.Storage;

namespace Serverless.Tasks;

/// <summary>
/// Reads rows by id, those that are asked for together in one query a partition: the emulator answers 700 single reads a second,
/// or 5,000 rows by twenties.
/// </summary>
public sealed class TaskTableReader(LazyTable table) : BackgroundService
{
    /// <summary>Comparisons a filter; the service takes about a hundred terms.</summary>
    private const int QuerySize = 20;

    private readonly Channel<Request> _requests = Channel.CreateUnbounded<Request>(new() { SingleReader = true });

    /// <summary>The row of an id; null when there is none.</summary>
    public Task<TableEntity?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        var request = new Request(id);
        return _requests.Writer.TryWrite(request)
            ? request.Found.Task.WaitAsync(cancellationToken)
            : Task.FromException<TableEntity?>(new OperationCanceledException("The host is stopping."));
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _requests.Writer.TryComplete();
        if (ExecuteTask is { } loop) await loop.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _requests.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var requests = new List<Request>();
            while (requests.Count < QuerySize * TaskKey.Partitions && _requests.Reader.TryRead(out var request)) requests.Add(request);
            await Task.WhenAll(requests.GroupBy(r => TaskKey.Partition(r.Id)).SelectMany(p => p.Chunk(QuerySize).Select(c => ReadAsync(p.Key, c))));
        }
    }

    private async Task ReadAsync(string partition, Request[] requests)
    {
        try
        {
            // Ids hold no quote (TaskKey.IsValid), and CreateQueryFilter escapes what it is given.
            var ids = requests.Select(r => r.Id).Distinct(StringComparer.Ordinal);
            var filter = $"{TableClient.CreateQueryFilter($"PartitionKey eq {partition}")} and ({string.Join(" or ", ids.Select(id => TableClient.CreateQueryFilter($"RowKey eq {id}")))})";
            var rows = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
            var client = await table.GetAsync();
            await foreach (var row in client.QueryAsync<TableEntity>(filter)) rows[row.RowKey] = row;
            foreach (var request in requests) request.Found.TrySetResult(rows.GetValueOrDefault(request.Id));
        }
        catch (Exception e)
        {
            foreach (var request in requests) request.Found.TrySetException(e);
        }
    }

    private sealed record Request(string Id)
    {
        public TaskCompletionSource<TableEntity?> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
