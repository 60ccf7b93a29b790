using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Serverless.Http;

namespace Serverless.Workflows;

/// <summary>The JSON form of definitions and runs: the web defaults, nothing that is not there.</summary>
internal static class WorkflowJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter(), new UtcDateTimeConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WriteOwnMembersOnly } },
    };

    /// <summary>The rules for JSON that a caller wrote: a member twice is a fault.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    // A step has the members of its type and no others: what is shown can be put again.
    private static void WriteOwnMembersOnly(JsonTypeInfo type)
    {
        if (type.Type != typeof(WorkflowStep)) return;
        foreach (var member in type.Properties)
        {
            if (member.PropertyType == typeof(IReadOnlyList<WorkflowStep>))
                member.ShouldSerialize = (_, steps) => steps is IReadOnlyList<WorkflowStep> { Count: > 0 };
            else if (member.PropertyType == typeof(TaskVia))
                member.ShouldSerialize = (step, _) => step is WorkflowStep { Type: WorkflowStepType.Task or WorkflowStepType.Map };
        }
    }

    /// <summary>The definition as it is stored.</summary>
    public static WorkflowDefinition Read(string json) =>
        JsonSerializer.Deserialize<WorkflowDefinition>(json, Options) ?? throw new JsonException("A stored workflow definition is null.");
}
