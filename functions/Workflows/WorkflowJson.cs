using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;

namespace Serverless.Workflows;

/// <summary>How definitions and runs are written as JSON: the web defaults, nothing that is not there.</summary>
internal static class WorkflowJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter(), new UtcDateTimeConverter() },
    };

    /// <summary>The rules for JSON that a caller wrote: a member twice is a fault.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    /// <summary>The definition as it is stored.</summary>
    public static WorkflowDefinition Read(string json) =>
        JsonSerializer.Deserialize<WorkflowDefinition>(json, Options) ?? throw new JsonException("A stored workflow definition is null.");
}
