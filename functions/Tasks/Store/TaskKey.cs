using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Tasks.Store;

/// <summary>Task ids, and where a task lies in the table.</summary>
public static partial class TaskKey
{
    /// <summary>
    /// Few enough that changes of one moment fill a transaction (it takes one partition only), enough for 16,000 changes a second
    /// on Azure (2,000 a partition).
    /// </summary>
    public const int Partitions = 8;

    /// <summary>
    /// True for 1 to 100 letters, digits and <c>. _ : -</c>: what a table key, a message id and an instance id can all hold.
    /// </summary>
    public static bool IsValid(string id) => Id().IsMatch(id);

    /// <summary>Refuses an id that a key cannot hold.</summary>
    /// <exception cref="TaskValidationException">The id is refused.</exception>
    public static void Require(string id)
    {
        if (!IsValid(id)) throw new TaskValidationException("The task id is refused: give 1 to 100 letters, digits and . _ : -");
    }

    /// <summary>The partition of an id, the same for ever.</summary>
    public static string Partition(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return (hash[0] % Partitions).ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^[A-Za-z0-9._:\-]{1,100}\z")]
    private static partial Regex Id();
}
