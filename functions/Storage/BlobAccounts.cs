using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;

namespace Serverless.Storage;

/// <summary>
/// The storage accounts of files. What a job, a task or a run owns lies in the account that the hash of its id names, all of it in one;
/// everything else, such as what people put there, lies in the first. Nothing but a blob's name decides, so nobody has to look it up.
/// </summary>
internal sealed partial class BlobAccounts(IReadOnlyList<BlobServiceClient> accounts)
{
    /// <summary>The containers of which each account has its own.</summary>
    public static readonly IReadOnlyList<string> Spread = [Containers.Processed, Containers.Results, Containers.Mail];

    /// <summary>The number of accounts.</summary>
    public int Count => accounts.Count;

    /// <summary>True for a container of which each account has its own.</summary>
    public static bool IsSpread(string container) => Spread.Contains(container);

    /// <summary>
    /// The owner of a blob: the part of its path that says so, which a slash follows. Null for nobody's, and for a prefix of several
    /// owners.
    /// </summary>
    /// <param name="container">The container.</param>
    /// <param name="path">The blob's path, or what several paths begin with.</param>
    public static string? FindOwner(string container, string path)
    {
        var found = container switch
        {
            Containers.Processed => Job().Match(path),
            Containers.Results => Result().Match(path),
            Containers.Mail => Mailing().Match(path),
            _ => Match.Empty,
        };
        return found.Success ? found.Groups[1].Value : null;
    }

    /// <summary>The number of the account in which a blob lies, from 0.</summary>
    public int Find(BlobName blob) => FindOwner(blob.Container, blob.Path) is { } owner
        ? (int)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(owner)) % (ulong)Count) : 0;

    /// <summary>The numbers of the accounts in which blobs may lie whose paths begin alike.</summary>
    public IEnumerable<int> FindAll(string container, string prefix) =>
        !IsSpread(container) ? [0]
        : FindOwner(container, prefix) is not null ? [Find(new BlobName(container, prefix))]
        : Enumerable.Range(0, Count);

    /// <summary>An account, by its number from 0.</summary>
    public BlobServiceClient Open(int account) => accounts[account];

    // What a file's jobs made lies below the file's path, in a folder of the job's id (CsvJobId).
    [GeneratedRegex("(?<=^|/)(csv-[0-9a-f]{32})/", RegexOptions.CultureInvariant)]
    private static partial Regex Job();

    // Of tasks and of runs of workflows.
    [GeneratedRegex("^(?:tasks|workflows)/([^/]+)/", RegexOptions.CultureInvariant)]
    private static partial Regex Result();

    [GeneratedRegex("^jobs/([^/]+)/", RegexOptions.CultureInvariant)]
    private static partial Regex Mailing();
}
