using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Tasks.Sending;

namespace Serverless.Tasks.Endpoints;

/// <summary>One task of <c>POST /api/tasks</c>: the body that <c>POST /api/tasks/{name}</c> takes, and the task's name.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BatchItem : SendRequest
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Reads one.</summary>
    /// <exception cref="Exception">An <see cref="IRefusal"/>: it is no JSON, or no such object.</exception>
    public static TaskRequest Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = StrictJson.ParseDocument(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("This is JSON, but no object.");
            JsonErrors.Check<BatchItem>(document.RootElement, AppJson.Options);
            var item = document.Deserialize<BatchItem>(AppJson.Options)!;
            return new TaskRequest(item.Task, item.Args ?? NoArgs, item.ToOptions());
        }
        catch (JsonException e)
        {
            throw new BodyRefusedException(JsonErrors.Describe(e), innerException: e);
        }
    }
}
