using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Administration;

/// <summary>Queues as the management API writes them: ATOM entries around a <c>QueueDescription</c>.</summary>
internal static class AtomEntry
{
    private const int MaxQueueMegabytes = 1024;

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Bus = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
    private static readonly XNamespace Details = "http://schemas.microsoft.com/netservices/2011/06/servicebus";

    public static XElement BuildFeed(IEnumerable<XElement> entries) => new(
        Atom + "feed",
        new XElement(Atom + "title", new XAttribute("type", "text"), "Queues"),
        entries);

    public static XElement Of(QueueDefinition queue, QueueSettings settings, QueueCounts counts, int maxMessageBytes) => new(
        Atom + "entry",
        new XElement(Atom + "title", new XAttribute("type", "text"), queue.Name),
        new XElement(
            Atom + "content", new XAttribute("type", "application/xml"), Description(queue, settings, counts, maxMessageBytes)));

    /// <summary>The settings of an entry, by their names, except those that only the broker sets.</summary>
    /// <exception cref="FormatException">It is no entry of a queue.</exception>
    public static Dictionary<string, string> ReadSettings(XElement entry)
    {
        var description = entry.Element(Atom + "content")?.Element(Bus + "QueueDescription")
            ?? throw new FormatException("The request has no QueueDescription.");
        return description.Elements().Where(e => !e.HasElements).GroupBy(e => e.Name.LocalName)
            .ToDictionary(g => g.Key, g => g.Last().Value);
    }

    // In the order that the schema of the official API has.
    private static XElement Description(
        QueueDefinition queue, QueueSettings settings, QueueCounts counts, int maxMessageBytes)
    {
        return new XElement(
            Bus + "QueueDescription",
            Setting("LockDuration", XmlConvert.ToString(queue.LockDuration)),
            Setting("MaxSizeInMegabytes", MaxQueueMegabytes),
            Setting("RequiresDuplicateDetection", queue.DuplicateDetectionWindow > TimeSpan.Zero),
            Setting("RequiresSession", queue.RequiresSession),
            Setting("DefaultMessageTimeToLive", XmlConvert.ToString(queue.DefaultTimeToLive)),
            Setting("DeadLetteringOnMessageExpiration", queue.DeadLetterOnExpiration),
            queue.DuplicateDetectionWindow > TimeSpan.Zero
                ? Setting("DuplicateDetectionHistoryTimeWindow", XmlConvert.ToString(queue.DuplicateDetectionWindow)) : null,
            Setting("MaxDeliveryCount", queue.MaxDeliveryCount),
            Setting("EnableBatchedOperations", true),
            Setting("SizeInBytes", 0),
            Setting("MessageCount", counts.Active + counts.Scheduled + counts.DeadLettered),
            Setting("IsAnonymousAccessible", false),
            Setting("Status", settings.Status.ToString()),
            settings.Metadata.Length > 0 ? Setting("UserMetadata", settings.Metadata) : null,
            settings.Updated > 0
                ? Setting("UpdatedAt", new DateTime(settings.Updated, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture)) : null,
            new XElement(
                Bus + "CountDetails",
                new XElement(Details + "ActiveMessageCount", counts.Active),
                new XElement(Details + "DeadLetterMessageCount", counts.DeadLettered),
                new XElement(Details + "ScheduledMessageCount", counts.Scheduled),
                new XElement(Details + "TransferMessageCount", 0),
                new XElement(Details + "TransferDeadLetterMessageCount", 0)),
            Setting("EnablePartitioning", false),
            Setting("EntityAvailabilityStatus", "Available"),
            Setting("EnableExpress", false),
            Setting("MaxMessageSizeInKilobytes", maxMessageBytes / 1024));
    }

    private static XElement Setting(string name, object value) => new(Bus + name, value);
}

/// <summary>The settings of a queue that can be changed.</summary>
/// <param name="Status">Open or closed.</param>
/// <param name="Metadata">The note that its users keep of it.</param>
/// <param name="Updated">When either was last set, in UTC ticks; 0 for never.</param>
internal sealed record QueueSettings(QueueStatus Status, string Metadata, long Updated);
