using System.Globalization;
using Azure.Storage.Blobs;

namespace Serverless.Storage;

/// <summary>
/// The number of an account among those that share files, as the name of an empty container in it: with more or fewer accounts, or in
/// another order, much of what lies there would not be found, and what is purged would stay. A deployment of the template touches the
/// containers that it makes, and a life cycle ends blobs; this is neither.
/// </summary>
internal static class AccountMark
{
    private const string Prefix = "account-";

    /// <summary>Marks an account that has no files yet, and refuses one that is another.</summary>
    /// <param name="account">The account.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="count">The number of accounts.</param>
    /// <exception cref="InvalidOperationException">The files that lie there were put there with other accounts.</exception>
    public static async Task CheckAsync(BlobServiceClient account, int number, int count)
    {
        var (expected, found) = (NameOf(number, count), await FindAsync(account));
        found ??= count > 1 && await HasFilesAsync(account) ? NameOf(1, 1) : null;
        if (found is not null && found != expected)
        {
            throw new InvalidOperationException(
                $"The storage account {account.AccountName} is data account {Say(found)}, and the settings make it {Say(expected)}: the " +
                "number and the order of the accounts (DataStorage, DataAccounts) stay as they were when the first file came.");
        }

        // A single account needs none; two instances that start together make the same.
        if (count > 1 && found is null) await account.GetBlobContainerClient(expected).CreateIfNotExistsAsync();
    }

    private static async Task<string?> FindAsync(BlobServiceClient account)
    {
        await foreach (var container in account.GetBlobContainersAsync(prefix: Prefix))
            return container.Name;
        return null;
    }

    private static async Task<bool> HasFilesAsync(BlobServiceClient account)
    {
        foreach (var name in BlobAccounts.Spread)
        {
            var container = account.GetBlobContainerClient(name);
            if (!await container.ExistsAsync()) continue;
            await foreach (var _ in container.GetBlobsAsync()) return true;
        }

        return false;
    }

    private static string NameOf(int number, int count) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}-of-{count}");

    private static string Say(string name) => name[Prefix.Length..].Replace('-', ' ');
}
