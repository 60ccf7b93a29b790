using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Tasks.Store;

/// <summary>
/// Task ids, and where a task lies in the table. Ids that the app makes begin with the time: their rows are sorted by it, the newest first,
/// so that they are their own index. Ids that callers choose lie behind them, each with a row among the others that points to it.
/// </summary>
internal static partial class TaskKey
{
    /// <summary>
    /// Few enough that changes of one moment fill a transaction (it takes one partition only) and that a list asks each of them, enough for
    /// 16,000 changes a second on Azure (2,000 a partition).
    /// </summary>
    public const int Partitions = 8;

    /// <summary>Every row that is sorted by time comes before this one.</summary>
    internal const string ChosenPrefix = "~";

    /// <summary>The digits of a time that rows of about a minute share.</summary>
    internal const int BucketDigits = 8;

    private const int TimeDigits = 12;
    private const string Digits = "0123456789abcdef";

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
    public static string BuildPartition(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return (hash[0] % Partitions).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>All partitions.</summary>
    internal static IEnumerable<string> AllPartitions =>
        Enumerable.Range(0, Partitions).Select(p => p.ToString(CultureInfo.InvariantCulture));

    /// <summary>The row of an id.</summary>
    public static string BuildRow(string id) => IsGenerated(id) ? Flip(id) : ChosenPrefix + id;

    /// <summary>The id of a row that is a task's.</summary>
    internal static string IdOf(string row) => row.StartsWith(ChosenPrefix, StringComparison.Ordinal) ? row[1..] : Flip(row);

    /// <summary>The start of the rows among which a row lies: those of about a minute, or the row alone where its id was chosen.</summary>
    internal static string PlaceOf(string row) =>
        row.Length < BucketDigits || row.StartsWith(ChosenPrefix, StringComparison.Ordinal) ? row : row[..BucketDigits];

    /// <summary>True where the id says when it was made.</summary>
    internal static bool IsGenerated(string id) => Generated().IsMatch(id);

    /// <summary>The row that points to the task of an id that was chosen; null where the task's own row is sorted by time.</summary>
    internal static string? IndexRow(string id, DateTimeOffset sent) => IsGenerated(id) ? null : $"{FormatTime(sent)}-{id}";

    /// <summary>The beginning of rows of a time: later ones begin with less.</summary>
    internal static string FormatTime(DateTimeOffset time) =>
        Flip(time.ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture));

    /// <summary>True for a row that is sorted by time.</summary>
    internal static bool IsPlace(string text) => Place().IsMatch(text);

    /// <summary>A text whose first digits are counted from the other end: twice is the same again.</summary>
    internal static string Flip(string text) => string.Create(text.Length, text, static (flipped, source) =>
    {
        source.CopyTo(flipped);
        foreach (ref var digit in flipped[..Math.Min(TimeDigits, flipped.Length)])
            digit = Digits[^(Digits.IndexOf(digit, StringComparison.Ordinal) + 1)];
    });

    [GeneratedRegex(@"^[A-Za-z0-9._:\-]{1,100}\z")]
    private static partial Regex Id();

    // GUIDs of version 7, without hyphens.
    [GeneratedRegex(@"^[0-9a-f]{12}7[0-9a-f]{19}\z")]
    private static partial Regex Generated();

    [GeneratedRegex(@"^[0-9a-f]{12}[A-Za-z0-9._:~\-]{0,120}\z")]
    private static partial Regex Place();
}
