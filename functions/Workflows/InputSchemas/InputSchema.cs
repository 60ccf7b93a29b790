using System.Text.Json;
using Serverless.Http;
using Serverless.Tasks;

namespace Serverless.Workflows.InputSchemas;

/// <summary>
/// The JSON Schema of a workflow's input: the keywords of draft 2020-12 that describe data, all of them checked, in bounded time whatever
/// the input. A keyword that is not known is refused when the workflow is registered, since nobody would check it.
/// </summary>
internal sealed class InputSchema
{
    private const int MaxFaults = 50;

    private readonly SchemaNode _root;

    private InputSchema(SchemaNode root) => _root = root;

    /// <summary>Reads a schema; faults are noted.</summary>
    /// <param name="json">The schema.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="faults">Receives what is wrong with it.</param>
    public static InputSchema? Read(JsonElement json, string place, ValidationErrors faults) =>
        new SchemaReader(faults).ReadRoot(json, place) is { } root ? new InputSchema(root) : null;

    /// <summary>Checks an input.</summary>
    /// <param name="schema">The schema of a registered workflow; null takes anything.</param>
    /// <param name="input">The input; none is null.</param>
    /// <exception cref="TaskValidationException">It does not fit, and every fault is named.</exception>
    public static void Require(JsonElement? schema, JsonElement? input)
    {
        if (schema is not { } json || Read(json, "inputSchema", new ValidationErrors()) is not { } known) return;
        var faults = known.Check(input ?? JsonSerializer.SerializeToElement<object?>(null));
        if (faults.Count > 0) throw new TaskValidationException(faults);
    }

    /// <summary>The faults of an input, by their places; at most 50.</summary>
    public IReadOnlyList<(string Option, string Sentence)> Check(JsonElement input)
    {
        var run = new SchemaRun();
        _root.Check(input, "input", run);
        return run.IsExhausted
            ? [("input", "Is too large to be checked by the workflow's schema.")]
            : [.. run.Faults.Take(MaxFaults)];
    }
}
