using System.Security.Cryptography;
using System.Text;

namespace Serverless.Tasks;

/// <summary>The claim that a run has to look at before it begins; in the message, so that other tasks need not ask.</summary>
/// <param name="Key">The row's key.</param>
/// <param name="IsDebounce">True when a later task takes this one's place; false when the run frees the key.</param>
internal sealed record TaskClaim(string Key, bool IsDebounce = false)
{
    /// <summary>The table of the claims.</summary>
    public const string TableName = "TaskClaims";

    internal const string Id = nameof(Id);
    internal const string Expires = nameof(Expires);

    /// <summary>The row's key of a task's name and a caller's key, which may be of any characters and nobody else's business.</summary>
    internal static string KeyOf(string kind, string task, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{task}\n{key}")));

    /// <summary>Sixteen partitions share the load.</summary>
    internal static string PartitionOf(string rowKey) => rowKey[..1];
}
