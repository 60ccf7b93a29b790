using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;

namespace Serverless.Notifications;

/// <summary>
/// The table's rows. A notification (<c>i-</c>), its place among those that wait (<c>p-</c>, by time) and its key (<c>k-</c>) lie in one
/// partition, so that they are written in one transaction.
/// </summary>
internal static class NotificationRows
{
    /// <summary>Enough for 2,000 changes a second each; a drain asks all of them.</summary>
    public const int Partitions = 8;

    public const string State = "State", Claimed = "ClaimedUntil", Id = "Id", CreatedAt = "CreatedAt", EndedAt = "EndedAt", Key = "Key";

    /// <summary>True when a text can be an id: the partition and 32 hexadecimal digits.</summary>
    public static bool IsId(string text) =>
        text.Length == 33 && text[0] is >= '0' and < (char)('0' + Partitions) && text.All(char.IsAsciiHexDigitLower);

    public static IEnumerable<string> AllPartitions =>
        Enumerable.Range(0, Partitions).Select(p => p.ToString(CultureInfo.InvariantCulture));

    public static string PartitionOf(string id) => id[..1];

    /// <summary>The notifications from before a time are before it: their ids are the partition and a GUID of version 7.</summary>
    public static string BuildIdRowsUntil(string partition, DateTimeOffset time) =>
        BuildIdRow(string.Create(CultureInfo.InvariantCulture, $"{partition}{time.ToUnixTimeMilliseconds() + 1:x12}"));

    public static string HashPartition(string key) => (Hash(key)[0] % Partitions).ToString(CultureInfo.InvariantCulture);

    public static string BuildIdRow(string id) => $"i-{id}";

    public static string BuildKeyRow(string key) => $"k-{Convert.ToHexStringLower(Hash(key))}";

    public static string BuildPendingRow(DateTimeOffset due, string id) => $"{BuildPendingUntil(due)}-{id}";

    /// <summary>The rows up to a time are before it.</summary>
    public static string BuildPendingUntil(DateTimeOffset due) => string.Create(CultureInfo.InvariantCulture, $"p-{due.UtcTicks:D19}");

    /// <summary>The place among those that wait; free to be claimed at once.</summary>
    public static TableEntity ToPendingRow(Notification n) =>
        new(PartitionOf(n.Id), BuildPendingRow(n.Due, n.Id)) { [Id] = n.Id, [Claimed] = n.CreatedAt };

    public static TableEntity ToRow(Notification n)
    {
        var row = new TableEntity(PartitionOf(n.Id), BuildIdRow(n.Id))
        {
            ["Channel"] = n.Channel.ToString(),
            ["Target"] = n.Target,
            ["Payload"] = n.Payload.GetRawText(),
            [State] = n.State.ToString(),
            ["Due"] = n.Due,
            [CreatedAt] = n.CreatedAt,
            ["Attempts"] = n.Attempts,
            ["Round"] = n.Round,
        };
        if (n.Subject is not null) row["Subject"] = n.Subject;
        if (n.Template is not null) row["Template"] = n.Template;
        if (n.Key is not null) row[Key] = n.Key;
        if (n.QuietHours is not null) row["QuietHours"] = n.QuietHours.ToString();
        if (n.EndedAt is { } ended) row[EndedAt] = ended;
        if (n.Error is not null) row["Error"] = n.Error;
        return row;
    }

    public static Notification ToNotification(TableEntity row) => new()
    {
        Id = row.RowKey[2..],
        Channel = Enum.Parse<NotificationChannel>(row.GetString("Channel")),
        Target = row.GetString("Target"),
        Payload = JsonSerializer.Deserialize<JsonElement>(row.GetString("Payload")),
        Subject = row.GetString("Subject"),
        Template = row.GetString("Template"),
        Key = row.GetString(NotificationRows.Key),
        QuietHours = row.GetString("QuietHours") is { } quiet ? QuietHours.Parse(quiet) : null,
        State = Enum.Parse<NotificationState>(row.GetString(State)),
        Due = row.GetDateTimeOffset("Due") ?? default,
        CreatedAt = row.GetDateTimeOffset(CreatedAt) ?? default,
        EndedAt = row.GetDateTimeOffset(EndedAt),
        Attempts = row.GetInt32("Attempts") ?? 0,
        Round = row.GetInt32("Round") ?? 0,
        Error = row.GetString("Error"),
    };

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
