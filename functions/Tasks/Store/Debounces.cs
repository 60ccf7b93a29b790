using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// The latest task of each key. It is noted after the task's message is stored: a sender that is cut off in between leaves two tasks that
/// run, never none.
/// </summary>
internal sealed class Debounces([FromKeyedServices(TaskClaim.TableName)] LazyTable table)
{
    private const string Stamp = nameof(Stamp);

    /// <summary>Notes a task as the latest of its key, unless a later one is noted.</summary>
    public async Task NoteAsync(string key, TaskMessage message, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var row = new TableEntity(TaskClaim.PartitionOf(key), key)
        {
            [TaskClaim.Id] = message.Id,
            [TaskClaim.Expires] = due + TaskChanges.Unended,
            [Stamp] = StampOf(message),
        };
        while (true)
        {
            var found = await client.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, key, cancellationToken: cancellationToken);
            if (found.HasValue && string.CompareOrdinal(found.Value!.GetString(Stamp), StampOf(message)) >= 0) return;
            try
            {
                await ClaimExpiry.WriteAsync(client, row, found.HasValue ? found.Value!.ETag : null, cancellationToken);
                return;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                // Another sender was faster.
            }
        }
    }

    /// <summary>The later task of the same key; null when this is the last.</summary>
    public async Task<string?> FindLaterAsync(string key, TaskMessage message, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var found = await client.FindAsync<TableEntity>(TaskClaim.PartitionOf(key), key, cancellationToken);
        return found is not null && string.CompareOrdinal(found.GetString(Stamp), StampOf(message)) > 0
            ? found.GetString(TaskClaim.Id) : null;
    }

    private static string StampOf(TaskMessage message) =>
        string.Create(CultureInfo.InvariantCulture, $"{message.Enqueued.UtcTicks:D19}-{message.Id}");
}
