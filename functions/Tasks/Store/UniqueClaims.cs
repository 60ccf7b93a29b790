using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// The task that has each key. Whether it still has it is read from the task itself, so that nothing needs to be written when it ends, and
/// no crash leaves a key taken.
/// </summary>
internal sealed class UniqueClaims([FromKeyedServices(TaskClaim.TableName)] LazyTable table, TaskStore store, TimeProvider time)
{
    /// <summary>The least that a unique task's state is kept after its end: a claim without a state is one that was just made.</summary>
    public static readonly TimeSpan MinResultTtl = TimeSpan.FromMinutes(1);

    private const string At = nameof(At);
    private const string Until = nameof(Until);
    private const string Sent = nameof(Sent);

    // From the claim to the note of its task; whoever takes longer was cut off.
    private static readonly TimeSpan Young = MinResultTtl;

    /// <summary>Takes the key for a task, unless another has it.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="id">The task that wants it.</param>
    /// <param name="place">Where it goes.</param>
    /// <param name="rule">How long it wants it.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<UniqueClaim> TakeAsync(
        string key, string id, ClaimPlace place, UniqueRule rule, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        while (true)
        {
            var now = time.GetUtcNow();
            var row = Row(key, id, place, rule, now);
            try
            {
                var added = await ClaimExpiry.WriteAsync(client, row, tag: null, cancellationToken);
                return new UniqueClaim(key, id, place, added, MayBeMissing: true);
            }
            catch (RequestFailedException e) when (e.Status == 409)
            {
                if (await client.FindAsync<TableEntity>(row.PartitionKey, key, cancellationToken) is not { } found) continue;
                if (await FindHolderAsync(found, now, cancellationToken) is { } holder) return holder;
                if (await TryReplaceAsync(client, row, found.ETag, cancellationToken) is { } tag)
                    return new UniqueClaim(key, id, place, tag, MayBeMissing: true);
            }
        }
    }

    /// <summary>Notes that the message of the key's task is stored, unless the key has changed hands.</summary>
    public async Task MarkSentAsync(UniqueClaim claim, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var change = new TableEntity(TaskClaim.PartitionOf(claim.Key), claim.Key) { [Sent] = true };

        // Otherwise the run began and freed it, or somebody who was told the same id has said so.
        await client.TryUpdateAsync(change, claim.Tag, TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>Frees the key, if the task still has it.</summary>
    public async Task FreeAsync(string key, string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);

        // Marked as sent just now, it has changed and is still to be freed.
        while (await client.FindAsync<TableEntity>(TaskClaim.PartitionOf(key), key, cancellationToken) is { } row
            && row.GetString(TaskClaim.Id) == id)
        {
            if (await client.TryDeleteAsync(row, cancellationToken)) return;
        }
    }

    private static async Task<ETag?> TryReplaceAsync(TableClient client, TableEntity row, ETag tag, CancellationToken cancellationToken)
    {
        try
        {
            return await ClaimExpiry.WriteAsync(client, row, tag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    private static TableEntity Row(string key, string id, ClaimPlace place, UniqueRule rule, DateTimeOffset now) => new(
        TaskClaim.PartitionOf(key), key)
    {
        [TaskClaim.Id] = id,
        [nameof(ClaimPlace.Queue)] = place.Queue,
        [nameof(ClaimPlace.Priority)] = place.Priority,
        [TaskClaim.Expires] = now + (rule.For ?? TaskChanges.Unended),
        [At] = now,
        [Until] = rule.Until?.ToString() ?? "",
        [Sent] = false,
    };

    /// <returns>Null when the key is free.</returns>
    private async Task<UniqueClaim?> FindHolderAsync(TableEntity row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (row.GetDateTimeOffset(TaskClaim.Expires) <= now) return null;
        var place = row.GetString(nameof(ClaimPlace.Queue)) is { } queue
            ? new ClaimPlace(queue, row.GetInt32(nameof(ClaimPlace.Priority)) ?? 0) : null;
        var holder = new UniqueClaim(row.RowKey, row.GetString(TaskClaim.Id), place, row.ETag, MayBeMissing: false);
        var until = row.GetString(Until);
        if (await store.FindAsync(holder.Id, cancellationToken) is not { } task)
        {
            if (row.GetBoolean(Sent) == true) return until.Length == 0 ? holder : null;

            // Whoever took it may have been cut off before the task was noted: sent under the same id, it is one task in either case.
            return row.GetDateTimeOffset(At) + Young > now ? holder with { MayBeMissing = true } : null;
        }

        var isFree = until switch
        {
            nameof(UniqueUntil.Started) => HasStarted(task),
            nameof(UniqueUntil.Done) => task.IsFinal,
            _ => false,
        };
        return isFree ? null : holder with { MayBeMissing = task is { IsUnconfirmed: true, State: TaskState.Pending } };
    }

    // What a pause or a limit has put off waits for its first run still; one whose first run began has freed the key by itself.
    private static bool HasStarted(TaskRecord task) =>
        task.State != TaskState.Pending && task is not { State: TaskState.Retry, Attempt: 0 };
}

/// <summary>A key and the task that has it.</summary>
/// <param name="Key">The row's key.</param>
/// <param name="Id">The task's id.</param>
/// <param name="Place">Where it goes; null of one that was taken before that was noted.</param>
/// <param name="Tag">The row's version.</param>
/// <param name="MayBeMissing">True when it is not sure that the task's message is stored.</param>
internal sealed record UniqueClaim(string Key, string Id, ClaimPlace? Place, ETag Tag, bool MayBeMissing);

/// <summary>
/// The place that the task of a key goes to: whoever may have to send it again sends it there, and nowhere else, since a broker tells
/// duplicates in one lane alone.
/// </summary>
/// <param name="Queue">The queue.</param>
/// <param name="Priority">The priority, which says in which of its lanes.</param>
internal sealed record ClaimPlace(string Queue, int Priority);
