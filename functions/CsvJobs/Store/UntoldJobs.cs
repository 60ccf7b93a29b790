using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.CsvJobs.Store;

/// <summary>
/// The jobs that have ended, or are about to, and of which somebody is to be told: a row each from before the end until it is told. So
/// those whose teller is gone are found by a look at few rows.
/// </summary>
internal sealed class UntoldJobs(LazyTable table)
{
    private const string Partition = "untold";
    private const string NotedAt = nameof(NotedAt);

    /// <summary>Notes that a job is about to end.</summary>
    public async Task NoteAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await client.UpsertEntityAsync(new TableEntity(Partition, id) { [NotedAt] = now }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>The note of a job; null when there is none.</summary>
    public async Task<UntoldJob?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        return await client.FindAsync<TableEntity>(Partition, id, cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>The jobs that were noted before a time.</summary>
    public async IAsyncEnumerable<string> ListAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and NotedAt lt {before}");
        await foreach (var row in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) yield return row.RowKey;
    }

    /// <summary>Notes that it is told; a job that has ended once more meanwhile is to be told of again.</summary>
    public async Task RemoveAsync(UntoldJob note, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        try
        {
            await client.DeleteEntityAsync(Partition, note.Id, note.ETag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // Somebody else told of the same end, or there is another.
        }
    }

    private static UntoldJob Read(TableEntity row) => new(row.RowKey, row.GetDateTimeOffset(NotedAt) ?? default, row.ETag);
}

/// <summary>The note that somebody is to be told of a job's end.</summary>
/// <param name="Id">The job.</param>
/// <param name="NotedAt">When it was about to end.</param>
/// <param name="ETag">The note's state.</param>
internal sealed record UntoldJob(string Id, DateTimeOffset NotedAt, ETag ETag);
