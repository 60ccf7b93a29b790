using System.Text.Json.Serialization;

namespace Serverless.Schedules;

/// <summary>The rule for due times that went by while the app was down, for however short a time.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CatchUpRule>))]
internal enum CatchUpRule
{
    /// <summary>They are left out.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>The last of them is made up for, unless one is due now anyhow.</summary>
    [JsonStringEnumMemberName("last")] Last,

    /// <summary>They are made up for, the last hundred at most.</summary>
    [JsonStringEnumMemberName("all")] All,
}
