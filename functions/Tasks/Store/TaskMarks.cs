using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Azure.Data.Tables;

namespace Serverless.Tasks.Store;

/// <summary>
/// Rows that say where to look for others. A mark lies in the partition of the rows that it stands for and is written with the first of
/// them, in its transaction: it costs no request, and neither is ever there without the other. It stands for a bucket, the rows of about a
/// minute (2^16 ms), or for the row of an id that was chosen. Three kinds say when something in a bucket is forgotten, that something in it
/// may not have ended, and that a word is in it: a task's name, a tag, or a state that few tasks end in.
/// </summary>
internal static class TaskMarks
{
    /// <summary>No id has a tilde, and rows of chosen ids have one.</summary>
    private const string Expiry = "~~x", Open = "~~o", Word = "~~w";

    private const int BucketDigits = TaskKey.BucketDigits;
    private const int BucketBits = 16;

    // Behind all keys that a bucket's digits begin.
    private const string Behind = "g";

    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(2);

    // A caller may choose an id of any time.
    private static readonly long LastTime = DateTimeOffset.MaxValue.AddYears(-1).ToUnixTimeMilliseconds();

    /// <summary>Longer than nearly every task is known.</summary>
    private static readonly TimeSpan WordsKept = TaskChanges.Unended + TimeSpan.FromDays(1);

    /// <summary>The keys of the marks that a change needs.</summary>
    public static IEnumerable<string> Of(TableEntity change)
    {
        var place = TaskKey.PlaceOf(change.RowKey);
        if (change.GetDateTimeOffset(TaskRows.Forgotten) is { } forgotten)
        {
            yield return BuildExpiryKey(forgotten, place);
            if (!TaskRows.HasEnded(change)) yield return Open + place;
        }

        if (BucketOf(change, place) is not { } bucket) yield break;
        foreach (var word in WordsOf(change))
        {
            var key = WordKey(word, bucket);
            yield return key;
            yield return BuildExpiryKey(TimeOf(bucket) + WordsKept, key);
        }
    }

    /// <summary>
    /// The rows of marks, each of them once. One that is there is written anew, which tells whoever is about to delete it.
    /// </summary>
    public static IEnumerable<TableTransactionAction> ToActions(string partition, IEnumerable<string> marks) =>
        marks.Distinct(StringComparer.Ordinal).Select(
            key => new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity(partition, key)));

    /// <summary>
    /// Until when whoever wrote a mark may take it for there: one of what has ended, or of a word, is deleted once nothing is left in its
    /// bucket, and that is not looked at while the bucket is young.
    /// </summary>
    public static DateTimeOffset CalculateKnownUntil(string mark, TimeSpan young)
    {
        if (mark.StartsWith(Expiry, StringComparison.Ordinal)) return ExpiryOf(mark);
        var target = mark.StartsWith(Open, StringComparison.Ordinal) ? mark[Open.Length..] : mark[^BucketDigits..];
        return IsBucket(target) ? TimeOf(target) + young : DateTimeOffset.MinValue;
    }

    /// <summary>The marks of what is forgotten by a time, the first first.</summary>
    public static string BuildDueFilter(string partition, DateTimeOffset now)
    {
        var until = Expiry + Digits(now - ClocksDiffer);
        return TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {Expiry} and RowKey lt {until}");
    }

    /// <summary>The marks of what may not have ended.</summary>
    public static string OpenFilter(string partition) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {Open} and RowKey lt {"~~p"}");

    /// <summary>The marks of a word between two places, the newest first.</summary>
    public static string WordFilter(string partition, string word, string from, string to)
    {
        var first = WordKey(word, from.Length > BucketDigits ? from[..BucketDigits] : from);
        var last = WordKey(word, to);
        return TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey le {last}");
    }

    /// <summary>The target of a mark of an expiry, or of something open: the start of row keys, or a word's mark.</summary>
    public static string TargetOf(string mark) =>
        mark.StartsWith(Open, StringComparison.Ordinal) ? mark[Open.Length..] : mark[(Expiry.Length + BucketDigits + 1)..];

    /// <summary>True for the mark of a word.</summary>
    public static bool IsWord(string key) => key.StartsWith(Word, StringComparison.Ordinal);

    /// <summary>True for a bucket.</summary>
    public static bool IsBucket(string target) => target.Length == BucketDigits && target[0] != TaskKey.ChosenPrefix[0];

    /// <summary>The bucket of a word's mark.</summary>
    public static string BucketOf(string mark) => mark[^BucketDigits..];

    /// <summary>The mark that has another looked at later.</summary>
    public static string BuildExpiryKey(DateTimeOffset time, string target) => $"{Expiry}{Digits(time)}-{target}";

    /// <summary>The rows of a bucket, or of a run of buckets that follow each other; of a chosen id its row.</summary>
    public static string BuildRowsFilter(string partition, string from, string to) => IsBucket(from)
        ? TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {EndOf(to)}")
        : TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey eq {from}");

    /// <summary>The first key behind all of a bucket's rows.</summary>
    public static string EndOf(string bucket) => bucket + Behind;

    /// <summary>The last place in a bucket.</summary>
    public static string GetLastPlace(string bucket) => bucket + "ffff~";

    /// <summary>When a bucket's last row was sent, at the latest.</summary>
    public static DateTimeOffset TimeOf(string bucket) => TimeOfDigits(TaskKey.Flip(bucket), 1);

    /// <summary>The start and end of each run of buckets that follow each other, and of each other target.</summary>
    public static IEnumerable<(string From, string To)> ListRuns(IEnumerable<string> targets)
    {
        (string From, string To)? run = null;
        foreach (var target in targets.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (run is { } open && IsBucket(open.To) && IsBucket(target) && Number(target) == Number(open.To) + 1)
            {
                run = (open.From, target);
                continue;
            }

            if (run is { } ended) yield return ended;
            run = (target, target);
        }

        if (run is { } last) yield return last;
    }

    /// <summary>The word that narrows a search the most; null when none does.</summary>
    public static string? WordOf(TaskFilter filter) => filter switch
    {
        { Tag: { } tag } => TagWord(tag),
        { State: TaskState.Failure or TaskState.Revoked } => StateWord(filter.State.Value),
        { Task: { } name } => NameWord(name),
        _ => null,
    };

    private static IEnumerable<string> WordsOf(TableEntity change)
    {
        if (change.GetString(TaskRows.Task) is { } name) yield return NameWord(name);
        foreach (var tag in TaskTags.Split(change.GetString(TaskRows.Tags)) ?? []) yield return TagWord(tag);
        if (change.GetString(TaskRows.State) == nameof(TaskState.Failure)) yield return StateWord(TaskState.Failure);
        if (change.GetString(TaskRows.State) == nameof(TaskState.Revoked) || change.GetBoolean(TaskRows.RevokeRequested) == true)
            yield return StateWord(TaskState.Revoked);
    }

    private static string NameWord(string name) => $"name:{name}";

    private static string TagWord(string tag) => $"tag:{tag}";

    private static string StateWord(TaskState state) => $"state:{state}";

    private static string WordKey(string word, string bucket) => string.Create(
        CultureInfo.InvariantCulture, $"{Word}{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(word)):x16}-{bucket}");

    // A chosen id says nothing of the time: the change does, where it is about more than how far a run has come.
    private static string? BucketOf(TableEntity change, string place) =>
        IsBucket(place) ? place
            : change.GetDateTimeOffset(TaskRows.Enqueued) is { } sent ? TaskKey.FormatTime(sent)[..BucketDigits] : null;

    private static string Digits(DateTimeOffset time) =>
        (time.ToUnixTimeMilliseconds() >> BucketBits).ToString("x8", CultureInfo.InvariantCulture);

    private static DateTimeOffset ExpiryOf(string mark) => TimeOfDigits(mark.Substring(Expiry.Length, BucketDigits), 0);

    private static DateTimeOffset TimeOfDigits(string digits, int later) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(LastTime, (Number(digits) + later) << BucketBits));

    private static long Number(string digits) => long.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
