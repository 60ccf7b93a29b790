using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Serverless.Messaging;

namespace Serverless.InfraTests;

/// <summary>The Service Bus emulator's configuration out of the list of queues, within what the emulator takes.</summary>
internal static class EmulatorConfig
{
    /// <summary>The longest life of a message in the emulator.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromHours(1);

    /// <summary>The longest duplicate detection window in the emulator.</summary>
    public static readonly TimeSpan MaxDuplicateWindow = TimeSpan.FromMinutes(5);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Generate(QueueCatalog catalog)
    {
        var queues = catalog.Entries.SelectMany(e => e.Lanes, Queue);
        var config = new JsonObject
        {
            ["UserConfig"] = new JsonObject
            {
                ["Namespaces"] = new JsonArray(new JsonObject
                {
                    // The only name that the emulator takes.
                    ["Name"] = "sbemulatorns",
                    ["Queues"] = new JsonArray([.. queues]),
                    ["Topics"] = new JsonArray(),
                }),
                ["Logging"] = new JsonObject { ["Type"] = "Console" },
            },
        };
        return config.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Queue(QueueEntry entry, string lane) => new()
    {
        ["Name"] = lane,
        ["Properties"] = new JsonObject
        {
            ["MaxDeliveryCount"] = entry.MaxDeliveryCount,
            ["LockDuration"] = XmlConvert.ToString(entry.LockDuration),
            ["DefaultMessageTimeToLive"] = XmlConvert.ToString(Least(entry.DefaultMessageTimeToLive, MaxTimeToLive)),
            ["DeadLetteringOnMessageExpiration"] = entry.DeadLetteringOnMessageExpiration,
            ["RequiresSession"] = entry.RequiresSession,
            ["RequiresDuplicateDetection"] = true,
            ["DuplicateDetectionHistoryTimeWindow"] = XmlConvert.ToString(Least(entry.DuplicateDetectionWindow, MaxDuplicateWindow)),
        },
    };

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
