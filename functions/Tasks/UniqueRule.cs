using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Tasks;

/// <summary>One task of a name and key at a time: who sends another meanwhile gets the id of the first.</summary>
/// <param name="Key">1 to 256 characters; counts together with the task's name.</param>
internal sealed record UniqueRule(string Key)
{
    /// <summary>
    /// The time that the key is taken for after the first was sent, up to 30 days. Null for as long as <see cref="Until"/> says.
    /// </summary>
    public TimeSpan? For { get; init; }

    /// <summary>The moment that frees the key before that. Null for none.</summary>
    public UniqueUntil? Until { get; init; }
}

/// <summary>The moment that frees the key of a unique task.</summary>
[JsonConverter(typeof(UniqueUntilConverter))]
internal enum UniqueUntil
{
    /// <summary>Its first run begins: what changes from then on needs another.</summary>
    Started,

    /// <summary>It has ended, however it did.</summary>
    Done,
}

/// <summary>The last task of a name and key runs, once nothing followed it for a while; those before it are revoked.</summary>
/// <param name="Key">1 to 256 characters; counts together with the task's name.</param>
/// <param name="For">How long each waits for another, up to a day.</param>
internal sealed record DebounceRule(string Key, TimeSpan For);

/// <summary>Reads and writes the names alone.</summary>
internal sealed class UniqueUntilConverter() : JsonStringEnumConverter<UniqueUntil>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
