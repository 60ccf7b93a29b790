using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Serverless.Messaging;

/// <summary>The app's queues: <c>infra/queues.json</c>, which travels inside the assembly.</summary>
internal sealed class QueueCatalog
{
    private const string Resource = "queues.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new IsoDurationConverter() } };

    private readonly FrozenDictionary<string, QueueEntry> _byName;
    private readonly FrozenDictionary<string, QueueEntry> _byLane;

    private QueueCatalog(IReadOnlyList<QueueEntry> entries)
    {
        Entries = entries;
        _byName = entries.ToFrozenDictionary(e => e.Name, StringComparer.OrdinalIgnoreCase);
        _byLane = entries.SelectMany(e => e.Lanes, (e, lane) => (e, lane))
            .ToFrozenDictionary(p => p.lane, p => p.e, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>All queues, in the file's order.</summary>
    public IReadOnlyList<QueueEntry> Entries { get; }

    /// <summary>All lanes, in the file's order.</summary>
    public IEnumerable<string> Lanes => Entries.SelectMany(e => e.Lanes);

    /// <summary>Reads the list.</summary>
    /// <exception cref="JsonException">The list is broken; it says where.</exception>
    public static QueueCatalog Load()
    {
        using var stream = typeof(QueueCatalog).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly has no resource {Resource}.");
        var file = JsonSerializer.Deserialize<QueueFile>(stream, Json) ?? throw new JsonException($"{Resource} is empty.");
        return new QueueCatalog(file.Queues);
    }

    /// <summary>Finds a queue by its name; case does not matter.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out QueueEntry? entry) => _byName.TryGetValue(name, out entry);

    /// <summary>The queue of a name; case does not matter.</summary>
    /// <exception cref="UnknownQueueException">There is none.</exception>
    public QueueEntry Find(string name) =>
        TryFind(name, out var entry) ? entry : throw new UnknownQueueException(name, Entries.Select(e => e.Name));

    /// <summary>Finds the queue that a lane belongs to; case does not matter.</summary>
    public bool TryFindLane(string lane, [NotNullWhen(true)] out QueueEntry? entry) => _byLane.TryGetValue(lane, out entry);

    private sealed record QueueFile(IReadOnlyList<QueueEntry> Queues);
}
