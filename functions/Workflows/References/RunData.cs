using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.JmesPath;
using Serverless.Tasks;

namespace Serverless.Workflows.References;

/// <summary>
/// The data that expressions are evaluated on. Pure: the same data give the same value, in a replay too. All that is asked of it shares one
/// budget of steps. Not for several threads at once.
/// </summary>
internal sealed class RunData
{
    /// <summary>The name of a signal's payload.</summary>
    public const string Signal = "signal";

    /// <summary>The name of a map's item.</summary>
    public const string Item = "item";

    private const string Steps = "steps";

    // About a second of work, and some 100 MB of values.
    private const long MaxSteps = 5_000_000;
    private const long StepsOfItem = 100_000;
    private const int BytesPerStep = 32;

    private readonly Dictionary<string, object?> _root = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunExpression> _expressions = new(StringComparer.Ordinal);
    private long _left = MaxSteps;

    /// <param name="values">By name: input, run; steps as <c>steps.name</c>.</param>
    public RunData(IEnumerable<KeyValuePair<string, JsonElement>> values)
    {
        var steps = new Dictionary<string, object?>(StringComparer.Ordinal);
        _root[Steps] = steps;
        foreach (var (name, value) in values)
        {
            if (name.StartsWith(StepPrefix, StringComparison.Ordinal)) steps[name[StepPrefix.Length..]] = JmesValue.From(value);
            else _root[name] = JmesValue.From(value);
        }
    }

    /// <summary>The prefix of the names of steps' values.</summary>
    public const string StepPrefix = Steps + ".";

    /// <summary>Sets what <c>$.item</c> stands for.</summary>
    public void SetItem(JsonElement item)
    {
        _root[Item] = JmesValue.From(item);
        _left = Math.Min(MaxSteps, Math.Max(_left, 0) + StepsOfItem);
    }

    /// <summary>The value of an expression; null where it finds nothing.</summary>
    /// <exception cref="TaskValidationException">It cannot be evaluated on these data.</exception>
    public JsonElement Evaluate(string expression) =>
        Ask(expression, (parsed, evaluation) => JmesValue.ToJson(parsed.Evaluate(evaluation), evaluation));

    /// <summary>True when a condition holds, as JMESPath has it.</summary>
    /// <exception cref="TaskValidationException">It cannot be evaluated on these data.</exception>
    public bool IsTrue(string condition) => Ask(condition, (parsed, evaluation) => !JmesValue.IsFalse(parsed.Evaluate(evaluation)));

    /// <summary>Puts values in the place of references.</summary>
    /// <exception cref="TaskValidationException">One cannot be evaluated on these data, or the outcome is too large.</exception>
    public JsonElement Resolve(JsonElement template)
    {
        if (!Template.HasReferences(template)) return template;
        if (Template.ReferenceOf(template) is { } whole) return Evaluate(whole);
        var filled = Fill(template);
        try
        {
            return JsonSerializer.SerializeToElement(filled);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TaskValidationException("The outcome of the references is nested too deep.", e);
        }
    }

    private JsonNode? Fill(JsonElement template) => template.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(template.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Fill(p.Value)))),
        JsonValueKind.Array => new JsonArray([.. template.EnumerateArray().Select(Fill)]),
        JsonValueKind.String when Template.ReferenceOf(template) is { } reference => Node(Ask(reference, (parsed, evaluation) =>
        {
            // A template may name the same value many times over.
            var json = JmesValue.ToJson(parsed.Evaluate(evaluation), evaluation);
            evaluation.Charge(JsonMarshal.GetRawUtf8Value(json).Length / BytesPerStep);
            return json;
        })),
        JsonValueKind.String => JsonValue.Create(Template.Unescape(template.GetString()!)),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(template),
    };

    private static JsonNode? Node(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => JsonObject.Create(json),
        JsonValueKind.Array => JsonArray.Create(json),
        _ => JsonValue.Create(json),
    };

    private T Ask<T>(string expression, Func<RunExpression, Evaluation, T> ask)
    {
        if (!_expressions.TryGetValue(expression, out var parsed)) _expressions.Add(expression, parsed = RunExpression.Parse(expression));
        var evaluation = new Evaluation(_root, _left);
        try
        {
            return ask(parsed, evaluation);
        }
        catch (ExpressionException e)
        {
            throw new TaskValidationException($"{expression} cannot be evaluated: {e.Message}", e);
        }
        finally
        {
            _left = evaluation.Left;
        }
    }
}
