using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Storage;

namespace Serverless.Email.Jobs;

/// <summary>A request without faults in its form.</summary>
/// <param name="Template">The template's name.</param>
/// <param name="Key">What makes two requests the same; null makes every request a new job.</param>
/// <param name="Subject">A Liquid text instead of the template's subject.</param>
/// <param name="From">The sender.</param>
/// <param name="Unsubscribe">A Liquid text of the address to unsubscribe at.</param>
/// <param name="Context">Values that all messages share.</param>
/// <param name="List">Where the recipients lie; null when the request brought them.</param>
/// <param name="Recipients">The recipients that the request brought.</param>
/// <param name="BatchSize">Recipients of a batch; null leaves it to <see cref="BatchSizing"/>.</param>
/// <param name="MaxParallel">Batches at once.</param>
/// <param name="MaxPerSecond">Messages a second; null for no limit.</param>
internal sealed record BulkRequest(
    string Template, string? Key, string? Subject, string From, string? Unsubscribe, JsonElement Context, BlobName? List,
    JsonArray? Recipients,
    int? BatchSize, int MaxParallel, double? MaxPerSecond);
