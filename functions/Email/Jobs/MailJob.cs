using System.Text.Json;
using Serverless.Email.Templates;

namespace Serverless.Email.Jobs;

/// <summary>The work of a mail job. Its template is the one of its start: a change meanwhile does not divide the recipients.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Template">The template, with the request's subject if it gave one.</param>
/// <param name="From">The sender of recipients that name none.</param>
/// <param name="Unsubscribe">A Liquid text of the address to unsubscribe at.</param>
/// <param name="Context">Values that all messages share.</param>
/// <param name="ListContainer">Where the recipients lie.</param>
/// <param name="ListPath">The blob of the recipients.</param>
/// <param name="ListETag">The content of that blob.</param>
/// <param name="BatchSize">Recipients of a batch.</param>
/// <param name="MaxParallel">Batches at once.</param>
/// <param name="MaxPerSecond">Messages a second over all batches; null for no limit.</param>
internal sealed record MailJob(
    string Id,
    TemplateSource Template,
    string From,
    string? Unsubscribe,
    JsonElement Context,
    string ListContainer,
    string ListPath,
    string ListETag,
    int BatchSize,
    int MaxParallel,
    double? MaxPerSecond);
