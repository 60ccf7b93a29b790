using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>Reads and writes rows that others may write at the same time.</summary>
internal static class TableConcurrency
{
    /// <summary>Reads a row; null when there is none.</summary>
    public static async Task<T?> FindAsync<T>(this TableClient table, string partition, string key, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        var found = await table.GetEntityIfExistsAsync<T>(partition, key, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Adds a row; its tag is set.</summary>
    /// <returns>False when there is one of its key.</returns>
    public static async Task<bool> TryAddAsync(this TableClient table, ITableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            SetTag(row, await table.AddEntityAsync(row, cancellationToken));
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Updates a row of one version; its tag is set.</summary>
    /// <returns>False when it has changed since, or is gone.</returns>
    public static async Task<bool> TryUpdateAsync(
        this TableClient table, ITableEntity row, ETag version, TableUpdateMode mode, CancellationToken cancellationToken)
    {
        try
        {
            SetTag(row, await table.UpdateEntityAsync(row, version, mode, cancellationToken));
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    /// <summary>Deletes a row as it was read.</summary>
    /// <returns>False when it has changed since, or is gone.</returns>
    public static async Task<bool> TryDeleteAsync(this TableClient table, ITableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            // What is gone already is no failure to the client.
            var answer = await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
            return answer.Status != 404;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    /// <summary>Changes a row as it is by then, however often others are faster.</summary>
    /// <param name="table">The table.</param>
    /// <param name="partition">The row's partition.</param>
    /// <param name="key">The row's key.</param>
    /// <param name="change">
    /// Is given the row, null when there is none, and answers what to store in its place, null for nothing. Called anew whenever somebody
    /// else was faster.
    /// </param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The row as it then stands, and whether this call wrote it.</returns>
    public static Task<(T? Row, bool IsWritten)> ChangeAsync<T>(
        this TableClient table, string partition, string key, Func<T?, T?> change, CancellationToken cancellationToken)
        where T : class, ITableEntity =>
        ChangeAsync<T>(table, partition, key, row => Task.FromResult(change(row)), isNew: false, cancellationToken);

    /// <summary>Changes a row as it is by then, by a change that needs requests of its own.</summary>
    /// <param name="table">The table.</param>
    /// <param name="partition">The row's partition.</param>
    /// <param name="key">The row's key.</param>
    /// <param name="change">As in the other overload.</param>
    /// <param name="isNew">There is no row as a rule: none is looked for before one is added.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The row as it then stands, and whether this call wrote it.</returns>
    public static async Task<(T? Row, bool IsWritten)> ChangeAsync<T>(
        this TableClient table, string partition, string key, Func<T?, Task<T?>> change, bool isNew, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        var found = isNew ? null : await table.FindAsync<T>(partition, key, cancellationToken);
        while (true)
        {
            // The change may be made in the row itself, which must not lose its version by that.
            var version = found?.ETag;
            if (await change(found) is not { } changed) return (found, false);
            var isWritten = version is { } read
                ? await table.TryUpdateAsync(changed, read, TableUpdateMode.Replace, cancellationToken)
                : await table.TryAddAsync(changed, cancellationToken);
            if (isWritten) return (changed, true);
            found = await table.FindAsync<T>(partition, key, cancellationToken);
        }
    }

    private static void SetTag(ITableEntity row, Response answer)
    {
        if (answer.Headers.ETag is { } tag) row.ETag = tag;
    }
}
