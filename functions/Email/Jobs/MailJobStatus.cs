using System.Text.Json.Serialization;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs;

/// <summary>A mail job as callers see it.</summary>
/// <param name="Id">The job's id, which is the orchestration's too.</param>
/// <param name="Template">The template's name.</param>
/// <param name="Recipients">The list of recipients, container included.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Progress">How far it is, to the message; null before it began.</param>
/// <param name="Result">What it came to; null before its end.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="EndedAt">When it ended.</param>
internal sealed record MailJobStatus(
    string Id,
    string Template,
    string Recipients,
    [property: JsonPropertyName("status"), JsonConverter(typeof(JsonStringEnumConverter<MailJobState>))] MailJobState State,
    MailProgress? Progress,
    MailResult? Result,
    string? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt);
