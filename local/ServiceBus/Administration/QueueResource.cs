using System.Globalization;
using System.Xml.Linq;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Administration;

/// <summary>Reads queues for the management API and changes what of them can be changed.</summary>
internal sealed class QueueResource(QueueBroker broker, int maxMessageBytes)
{
    private const int MaxPage = 100;
    private const int MaxMetadata = 1024;

    // Numbers that nobody sets, and that have changed since the caller read them; and what can be changed.
    private static readonly string[] Measured =
        ["SizeInBytes", "MessageCount", "AccessedAt", "CreatedAt", "UpdatedAt", "CountDetails", "Status", "UserMetadata"];

    /// <returns>Null when there is no such queue.</returns>
    public async Task<XElement?> GetAsync(string name) => broker.Queues.TryFind(name, out var queue) ? await DescribeAsync(queue) : null;

    public async Task<XElement> ListAsync(string? skip, string? top)
    {
        var entries = new List<XElement>();
        foreach (var queue in broker.Queues.All.Skip(Number(skip, 0)).Take(Math.Min(Number(top, MaxPage), MaxPage)))
            entries.Add(await DescribeAsync(queue));
        return AtomEntry.BuildFeed(entries);
    }

    /// <returns>Null when there is no such queue.</returns>
    /// <exception cref="FormatException">The request has no form, or wants to change more than the status and the metadata.</exception>
    public async Task<XElement?> UpdateAsync(string name, XElement entry)
    {
        if (!broker.Queues.TryFind(name, out var queue)) return null;
        var wanted = AtomEntry.ReadSettings(entry);
        var current = AtomEntry.ReadSettings(await DescribeAsync(queue));
        var changed = wanted.Keys.Except(Measured)
            .FirstOrDefault(setting => current.TryGetValue(setting, out var value) && value != wanted[setting]);
        if (changed is not null)
            throw new FormatException(
                $"{changed} of the queue '{queue.Name}' comes from the list of queues that the broker was started with; only Status " +
                $"and UserMetadata can be changed.");
        if (!wanted.TryGetValue("Status", out var text)) return await DescribeAsync(queue);
        if (!Enum.TryParse<QueueStatus>(text, out var status) || !Enum.IsDefined(status))
            throw new FormatException($"A queue cannot be '{text}'.");
        var metadata = wanted.GetValueOrDefault("UserMetadata", "");
        if (metadata.Length > MaxMetadata) throw new FormatException($"UserMetadata has at most {MaxMetadata} characters.");
        await broker.SetStatusAsync(queue.Name, status, metadata);
        return await DescribeAsync(queue);
    }

    private async Task<XElement> DescribeAsync(QueueDefinition queue) =>
        AtomEntry.Of(
            queue,
            new QueueSettings(
                broker.Queues.GetStatus(queue.Name), broker.Queues.GetMetadata(queue.Name), broker.Queues.GetUpdated(queue.Name)),
            await broker.CountAsync(queue.Name), maxMessageBytes);

    private static int Number(string? text, int fallback) => text is null ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"'{text}' is no number.");
}
