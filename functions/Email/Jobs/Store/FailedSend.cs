using System.Text.Json.Serialization;

namespace Serverless.Email.Jobs.Store;

/// <summary>A recipient that was not sent to.</summary>
/// <param name="Index">Its place in the list, from 0.</param>
/// <param name="Address">As the list has it.</param>
/// <param name="Code">The SMTP reply code; null when the server was not asked.</param>
/// <param name="Answer">What the server said, or what is wrong with the recipient.</param>
internal sealed record FailedSend(
    [property: JsonPropertyName("index")] long Index,
    [property: JsonPropertyName("address")] string Address,
    [property: JsonPropertyName("code")] int? Code,
    [property: JsonPropertyName("answer")] string Answer);
