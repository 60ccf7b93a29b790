using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Email.Recipients;

/// <summary>Addresses that no bulk mail goes to: who unsubscribed, complained, or does not exist.</summary>
internal sealed class SuppressionList([FromKeyedServices(SuppressionList.TableName)] LazyTable lazyTable, TimeProvider time)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "MailSuppressions";

    private const int ParallelReads = 16;

    /// <summary>Puts an address on the list; again, and the reason is the new one.</summary>
    /// <param name="address">Normalized (<see cref="Mailbox.Normalize"/>).</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public async Task<Suppression> AddAsync(string address, string? reason, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var suppression = new Suppression(address, reason, time.GetUtcNow());
        var row = new TableEntity(Partition(address), Key(address)) { ["Address"] = address, ["CreatedAt"] = suppression.CreatedAt };
        if (reason is not null) row["Reason"] = reason;
        await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        return suppression;
    }

    /// <summary>Takes an address off the list.</summary>
    /// <returns>False when it was not on it.</returns>
    public async Task<bool> RemoveAsync(string address, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var answer = await table.DeleteEntityAsync(Partition(address), Key(address), ETag.All, cancellationToken);
        return answer.Status != 404;
    }

    /// <summary>An address's entry; null when it is not on the list.</summary>
    public async Task<Suppression?> FindAsync(string address, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        return await table.FindAsync<TableEntity>(Partition(address), Key(address), cancellationToken) is { } row
            ? ToSuppression(row) : null;
    }

    /// <summary>Those of the addresses that are on the list, normalized. What is no address is not.</summary>
    public async Task<HashSet<string>> FindAsync(IEnumerable<string> addresses, CancellationToken cancellationToken)
    {
        var wanted = addresses.Select(a => Mailbox.TryParse(a, out var mailbox, out _) ? Mailbox.Normalize(mailbox) : null).OfType<string>()
            .Distinct(StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(wanted, parallel, async (address, token) =>
        {
            if (await FindAsync(address, token) is null) return;
            lock (found) found.Add(address);
        });
        return found;
    }

    /// <summary>A page of the list.</summary>
    /// <param name="size">Entries on a page, 1 to 1,000.</param>
    /// <param name="continuation">Where the previous page ended; null for the first.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async Task<(IReadOnlyList<Suppression> Entries, string? Continuation)> ListAsync(
        int size, string? continuation, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        await foreach (var page in table.QueryAsync<TableEntity>(maxPerPage: size, cancellationToken: cancellationToken)
            .AsPages(continuation, size))
            return ([.. page.Values.Select(ToSuppression)], page.ContinuationToken);
        return ([], null);
    }

    // An address holds characters that keys do not take; its hash spreads the list over partitions, too.
    private static string Key(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)));

    private static string Partition(string address) => Key(address)[..2];

    private static Suppression ToSuppression(TableEntity row) =>
        new(row.GetString("Address"), row.GetString("Reason"), row.GetDateTimeOffset("CreatedAt") ?? default);
}

/// <summary>An address that no bulk mail goes to.</summary>
/// <param name="Address">The address, normalized.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="CreatedAt">Since when.</param>
internal sealed record Suppression(string Address, string? Reason, DateTimeOffset CreatedAt);
