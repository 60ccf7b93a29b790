using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Alarms;

/// <summary>An alarm's row: definition and state as JSON.</summary>
internal sealed class AlarmRow : ITableEntity
{
    /// <summary>The one partition: all of them are looked at each minute.</summary>
    public const string Partition = "alarm";

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Id { get; set; } = "";

    public string Definition { get; set; } = "";

    public string State { get; set; } = "";

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset Updated { get; set; }

    public static AlarmRow Of(Alarm alarm) => new()
    {
        RowKey = alarm.Name,
        Id = alarm.Id,
        Definition = JsonSerializer.Serialize(alarm.Definition, AlarmJson.Options),
        State = JsonSerializer.Serialize(alarm.State, AlarmJson.Options),
        Created = alarm.Created,
        Updated = alarm.Updated,
    };

    /// <summary>Reads the row; false when it was not written by this app.</summary>
    public bool TryRead([NotNullWhen(true)] out Alarm? alarm)
    {
        alarm = null;
        try
        {
            if (JsonSerializer.Deserialize<AlarmDefinition>(Definition, AlarmJson.Options) is not { } definition
                || JsonSerializer.Deserialize<AlarmState>(State, AlarmJson.Options) is not { } state) return false;
            alarm = new Alarm(RowKey, Id, definition, state, Created, Updated, ETag);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
