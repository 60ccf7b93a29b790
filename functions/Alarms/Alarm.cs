using System.Text.Json;
using Azure;
using Serverless.Storage;

namespace Serverless.Alarms;

/// <summary>An alarm as the table holds it.</summary>
/// <param name="Name">Unique; see <see cref="AlarmCheck.NameRule"/>.</param>
/// <param name="Id">Another for each alarm that is made, also under a name that there was before.</param>
/// <param name="Definition">What it watches, and who is told.</param>
/// <param name="State">What it found, and what was told.</param>
/// <param name="Created">When it was first put.</param>
/// <param name="Updated">When its definition was last put.</param>
/// <param name="Tag">The version of its row; null when it is not in the table yet.</param>
internal sealed record Alarm(
    string Name, string Id, AlarmDefinition Definition, AlarmState State, DateTimeOffset Created, DateTimeOffset Updated, ETag? Tag = null)
{
    /// <summary>The version of the definition: what the alarm finds out does not change it.</summary>
    public string ComputeVersion() => ContentHash.Of(Id, JsonSerializer.Serialize(Definition, AlarmJson.Options));
}
