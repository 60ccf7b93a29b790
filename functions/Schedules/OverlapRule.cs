using System.Text.Json.Serialization;

namespace Serverless.Schedules;

/// <summary>The rule for a due time while an earlier run is not done.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverlapRule>))]
internal enum OverlapRule
{
    /// <summary>Nothing: it is left out.</summary>
    [JsonStringEnumMemberName("skip")] Skip,

    /// <summary>It waits until the earlier run is done.</summary>
    [JsonStringEnumMemberName("queue")] Queue,

    /// <summary>It starts beside the earlier run.</summary>
    [JsonStringEnumMemberName("allow")] Allow,
}
