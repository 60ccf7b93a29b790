using System.Text.Json;
using Microsoft.DurableTask;
using Serverless.Http;

namespace Serverless.Orchestrations;

/// <summary>
/// Reads what an orchestration was started with. The Durable HTTP API starts any orchestrator with anything: what is no input of its own
/// fails at once, with a reason, before an activity is tried with it again and again.
/// </summary>
internal static class OrchestrationInput
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        IncludeFields = true,
        PropertyNameCaseInsensitive = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="OrchestrationInputException">It is none of this orchestrator's.</exception>
    public static T Read<T>(TaskOrchestrationContext context)
        where T : class
    {
        if (context.GetInput<JsonElement?>() is not { ValueKind: JsonValueKind.Object } json)
            throw new OrchestrationInputException(context.Name, "It must be an object.");
        try
        {
            return json.Deserialize<T>(Strict)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new OrchestrationInputException(
                context.Name, e is JsonException fault ? JsonErrors.Describe(fault) : "It has a form that cannot be read.");
        }
    }
}

/// <summary>An orchestration was started with an input that is none of its own.</summary>
internal sealed class OrchestrationInputException(string orchestrator, string fault)
    : Exception($"The input is refused: {orchestrator} is started by the app, not by hand. {fault}");
