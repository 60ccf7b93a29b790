using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Tasks.Batches;

/// <summary>
/// The keys of a batch and its members. Members are spread over shards, each a partition with a row of counts: a member's row and the
/// counts that it changes are written in one transaction, so that none is counted twice and no row is written by every task.
/// </summary>
internal static partial class BatchKeys
{
    /// <summary>The table of the batches.</summary>
    public const string TableName = "TaskBatches";

    /// <summary>The table of their members.</summary>
    public const string MembersTable = "TaskBatchMembers";

    /// <summary>Enough for a thousand ends a second on Azure, and few enough to be read at each look.</summary>
    public const int Shards = 16;

    /// <summary>The row of a shard's counts, before those of its members.</summary>
    public const string CountsRow = "!";

    private const string Added = "m~", Ended = "e~";

    // No task's id has it.
    private const string ChildPrefix = "~";

    /// <summary>True for 1 to 50 letters, digits and <c>. _ : -</c>: with more, ids of callbacks and tags would be too long.</summary>
    public static bool IsValid(string id) => Id().IsMatch(id);

    /// <summary>The word that a batch's tasks are found by.</summary>
    public static string TagOf(string batch) => $"batch:{batch}";

    /// <summary>A batch as a member of its parent.</summary>
    public static string MemberOf(string child) => ChildPrefix + child;

    /// <summary>A batch's shards.</summary>
    public static IEnumerable<string> PartitionsOf(string batch) => Enumerable.Range(0, Shards).Select(shard => PartitionOf(batch, shard));

    /// <summary>The shard of a member.</summary>
    public static string PartitionOf(string batch, string member) =>
        PartitionOf(batch, (int)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(member)) % Shards));

    /// <summary>The row that says that a member was added.</summary>
    public static string BuildAddedRow(string member) => Added + member;

    /// <summary>The row that says that a member has ended.</summary>
    public static string BuildEndedRow(string member) => Ended + member;

    private static string PartitionOf(string batch, int shard) => string.Create(CultureInfo.InvariantCulture, $"{batch}~{shard:x}");

    [GeneratedRegex(@"^[A-Za-z0-9._:\-]{1,50}\z")]
    private static partial Regex Id();
}
