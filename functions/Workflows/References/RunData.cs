using System.Text.Json;
using System.Text.Json.Nodes;
using DevLab.JmesPath;
using DevLab.JmesPath.Utils;
using Newtonsoft.Json.Linq;
using Serverless.Errors;

namespace Serverless.Workflows.References;

/// <summary>What expressions are evaluated on. Pure: the same data give the same value, in a replay too. Not for several threads at once.</summary>
internal sealed class RunData
{
    private const string Item = "item";

    private readonly JObject _root;
    private readonly Dictionary<string, RunExpression> _expressions = new(StringComparer.Ordinal);

    /// <param name="values">By name: input, run; steps as <c>steps.name</c>.</param>
    public RunData(IEnumerable<KeyValuePair<string, JsonElement>> values)
    {
        _root = new JObject { ["steps"] = new JObject() };
        foreach (var (name, value) in values)
        {
            if (name.StartsWith(StepPrefix, StringComparison.Ordinal)) _root["steps"]![name[StepPrefix.Length..]] = Read(value);
            else _root[name] = Read(value);
        }
    }

    /// <summary>What the names of steps' values start with.</summary>
    public const string StepPrefix = "steps.";

    /// <summary>Sets what <c>$.item</c> stands for.</summary>
    public void SetItem(JsonElement item) => _root[Item] = Read(item);

    /// <summary>What an expression gives; null where it finds nothing.</summary>
    /// <exception cref="TaskValidationException">It cannot be evaluated on these data.</exception>
    public JsonElement Evaluate(string expression) => JsonSerializer.Deserialize<JsonElement>(Token(expression).AsString());

    /// <summary>Whether a condition holds, as JMESPath has it.</summary>
    /// <exception cref="TaskValidationException">It cannot be evaluated on these data.</exception>
    public bool IsTrue(string condition) => !JTokens.IsFalse(Token(condition));

    /// <summary>Puts values in the place of references.</summary>
    /// <exception cref="TaskValidationException">One cannot be evaluated on these data.</exception>
    public JsonElement Resolve(JsonElement template) => Template.HasReferences(template) ? JsonSerializer.SerializeToElement(Fill(template)) : template;

    private JsonNode? Fill(JsonElement template) => template.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(template.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Fill(p.Value)))),
        JsonValueKind.Array => new JsonArray([.. template.EnumerateArray().Select(Fill)]),
        JsonValueKind.String when Template.ReferenceOf(template) is { } reference => JsonNode.Parse(Token(reference).AsString()),
        JsonValueKind.String => JsonValue.Create(Template.Unescape(template.GetString()!)),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(template),
    };

    private JToken Token(string expression)
    {
        if (!_expressions.TryGetValue(expression, out var parsed)) _expressions.Add(expression, parsed = RunExpression.Parse(expression));
        try
        {
            return parsed.Parsed.Transform(_root).AsJToken();
        }
#pragma warning disable CA1031 // A wrong type in a function's argument is a plain exception of the library.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new TaskValidationException($"{expression} cannot be evaluated: {e.Message.ReplaceLineEndings(" ").Trim()}", e);
        }
    }

    private static JToken Read(JsonElement value) => JmesPath.ParseJson(value.GetRawText());
}
