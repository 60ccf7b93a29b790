using System.Text.Json.Nodes;
using Serverless.Storage;

namespace Serverless.CsvJobs.Requests;

/// <summary>A request without faults in its form; whether the schema is one is not decided yet.</summary>
/// <param name="Blob">The file; null only when the caller's route names it.</param>
/// <param name="Options">The options, without the schema.</param>
/// <param name="InlineSchema">The schema itself, when it was given in the request.</param>
/// <param name="SchemaBlob">Where the schema lies, when it was given by name.</param>
/// <param name="Force">Whether to do again what has been done.</param>
internal sealed record CsvRequest(BlobName? Blob, CsvJobOptions Options, JsonObject? InlineSchema, BlobName? SchemaBlob, bool Force);
