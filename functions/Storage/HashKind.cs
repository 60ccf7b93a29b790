using System.Text.Json.Serialization;

namespace Serverless.Storage;

/// <summary>The hash that tells whether bytes are what they were.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HashKind>))]
internal enum HashKind
{
    /// <summary>XXH128: finds what happens to bytes by accident, at the speed of memory.</summary>
    [JsonStringEnumMemberName("xxh128")]
    XxHash128,

    /// <summary>SHA-256: nobody can make other bytes with the same hash.</summary>
    [JsonStringEnumMemberName("sha256")]
    Sha256,
}
