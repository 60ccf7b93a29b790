using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Serverless.CsvJobs.Intake;

/// <summary>An event of Event Grid about a blob, in either of its schemas: CloudEvents 1.0 or its own.</summary>
/// <param name="IsCreation">False for events of other kinds.</param>
/// <param name="Container">The blob's container.</param>
/// <param name="Path">The blob's path within it.</param>
/// <param name="ETag">The content that the event is about, without quotes; empty when it does not say.</param>
internal sealed record BlobEvent(bool IsCreation, string Container, string Path, string ETag)
{
    private const string Created = "Microsoft.Storage.BlobCreated";
    private const string ContainerPrefix = "/blobServices/default/containers/";
    private const string PathPrefix = "/blobs/";

    /// <summary>Reads an event.</summary>
    /// <param name="body">The message's body.</param>
    /// <param name="blobEvent">The event, when there is no fault.</param>
    /// <param name="fault">What is wrong with the body.</param>
    public static bool TryRead(BinaryData body, [NotNullWhen(true)] out BlobEvent? blobEvent, [NotNullWhen(false)] out string? fault)
    {
        blobEvent = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            fault = Read(json.RootElement, out blobEvent);
        }
        catch (JsonException e)
        {
            fault = $"The body is no JSON (byte {e.BytePositionInLine} of line {e.LineNumber}).";
        }

        return fault is null;
    }

    private static string? Read(JsonElement root, out BlobEvent? blobEvent)
    {
        blobEvent = null;
        if (root.ValueKind != JsonValueKind.Object) return "The body is no JSON object.";
        if ((Text(root, "type") ?? Text(root, "eventType")) is not { } type) return "The event has no type.";
        if (Text(root, "subject") is not { } subject) return "The event has no subject.";
        var slash = subject.StartsWith(ContainerPrefix, StringComparison.Ordinal)
            ? subject.IndexOf(PathPrefix, ContainerPrefix.Length, StringComparison.Ordinal)
            : -1;
        if (slash < 0 || slash + PathPrefix.Length == subject.Length) return "The event's subject is no blob.";
        var etag = root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? Text(data, "eTag") : null;
        blobEvent = new BlobEvent(
            type == Created, subject[ContainerPrefix.Length..slash], subject[(slash + PathPrefix.Length)..], etag?.Trim('"') ?? "");
        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
