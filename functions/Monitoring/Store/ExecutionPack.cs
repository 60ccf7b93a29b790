using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Monitoring.Store;

/// <summary>Executions that one instance stores together, in one row: gzip JSON, so that a thousand of them cost one write.</summary>
internal static class ExecutionPack
{
    /// <summary>The most executions: their row stays far below the 64 KB of a property.</summary>
    public const int MaxCount = 500;

    private const string Data = "Data", Count = "Count";
    private const long LastHour = 9999_12_31_23;
    private const long LastNumber = 9_999_999_999;

    /// <summary>The row. Rows sort newest first, hours and the packs in them.</summary>
    /// <param name="instance">Who stores it.</param>
    /// <param name="number">Counts up, so that a write that is tried again replaces the first.</param>
    /// <param name="stored">When it is first tried.</param>
    /// <param name="executions">At least one.</param>
    public static TableEntity ToEntity(
        string instance, long number, DateTimeOffset stored, IReadOnlyCollection<TaskExecution> executions) =>
        new(
            BuildPartition(stored), string.Create(
                CultureInfo.InvariantCulture,
                $"{DateTimeOffset.MaxValue.UtcTicks - stored.UtcTicks:D19}-{instance}-{LastNumber - number:D10}"))
        {
            [Count] = executions.Count,
            [Data] = Gzip.Compress(JsonSerializer.SerializeToUtf8Bytes(executions, AppJson.Options)),
        };

    /// <summary>The executions of a row.</summary>
    public static IReadOnlyList<TaskExecution> Read(TableEntity row) =>
        JsonSerializer.Deserialize<TaskExecution[]>(Gzip.Decompress(row.GetBinary(Data)), AppJson.Options)!;

    /// <summary>The number of executions in a row.</summary>
    public static int CountOf(TableEntity row) => row.GetInt32(Count) ?? 0;

    /// <summary>The columns that <see cref="CountOf"/> needs.</summary>
    public static string[] CountColumns { get; } = ["PartitionKey", "RowKey", Count];

    /// <summary>The hour of a moment, counted down.</summary>
    public static string BuildPartition(DateTimeOffset time)
    {
        var hour = long.Parse(time.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return (LastHour - hour).ToString("D10", CultureInfo.InvariantCulture);
    }
}
