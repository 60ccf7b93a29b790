using System.Globalization;
using Azure.Storage.Blobs;

namespace Serverless.Storage;

/// <summary>
/// The number of a container's account and of all of them, in the container's metadata: with more or fewer accounts, or in another order,
/// half of what lies there would not be found, and what is purged would stay.
/// </summary>
internal static class AccountMark
{
    private const string Key = "account";

    /// <summary>Marks a container that has nothing in it yet, and refuses one that is another's.</summary>
    /// <param name="container">The container.</param>
    /// <param name="number">Its account, from 1.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="InvalidOperationException">What lies there was put there with other accounts.</exception>
    public static async Task CheckAsync(BlobContainerClient container, int number, int count)
    {
        var metadata = (await container.GetPropertiesAsync()).Value.Metadata;
        var (expected, found) = (Write(number, count), metadata.TryGetValue(Key, out var mark) ? mark : null);
        found ??= count > 1 && await HasBlobsAsync(container) ? Write(1, 1) : null;
        if (found is not null && found != expected)
        {
            throw new InvalidOperationException(
                $"The container {container.Name} of {container.AccountName} is that of data account {found}, and the settings make it " +
                $"that of {expected}: the number and the order of the accounts (DataStorage, DataAccounts) stay as they were when the " +
                "first file came.");
        }

        // A single account needs none; two instances that start together write the same.
        if (count > 1 && found is null) await container.SetMetadataAsync(new Dictionary<string, string>(metadata) { [Key] = expected });
    }

    private static string Write(int number, int count) => string.Create(CultureInfo.InvariantCulture, $"{number} of {count}");

    private static async Task<bool> HasBlobsAsync(BlobContainerClient container)
    {
        await foreach (var _ in container.GetBlobsAsync()) return true;
        return false;
    }
}
