using System.Text.Json;
using Serverless.Tasks.Running;

namespace Serverless.Workflows.Values;

/// <summary>
/// A value as orchestrations carry it: itself while it is small, else the name of the blob that holds it. Null in both is null.
/// </summary>
/// <param name="Json">The value.</param>
/// <param name="Blob">The blob, within <see cref="RunBlobs.Container"/>.</param>
internal sealed record StoredValue(JsonElement? Json = null, string? Blob = null)
{
    /// <summary>
    /// The largest value that is carried, in bytes of JSON; larger ones lie in blobs. As large as what a task's completion event carries.
    /// </summary>
    public const int MaxInlineBytes = TaskCompletion.MaxResultBytes;

    /// <summary>No value.</summary>
    public static StoredValue Null { get; } = new();

    /// <summary>The value that expressions know as <c>$.run</c>.</summary>
    public static StoredValue OfRun(string id, string workflow, int version) => Of(new { id, workflow, version });

    /// <summary>A value that is small.</summary>
    public static StoredValue Of<T>(T value) => new(JsonSerializer.SerializeToElement(value, WorkflowJson.Options));
}
