using System.Text.Json;
using Serverless.JmesPath;
using Serverless.Storage;

namespace Serverless.Tasks.Limits;

/// <summary>A limit that is in force, with its key's expression read.</summary>
internal sealed class ActiveLimit(TaskLimit limit)
{
    // A hundredth of what a workflow's expression may take: it is evaluated for each message.
    private const long MaxSteps = 50_000;

    private readonly JmesNode? _key = limit.Key is { } text && ExpressionParser.TryParse(text, out var tree, out _) ? tree : null;

    public TaskLimit Limit => limit;

    /// <summary>The key cannot be told without the task's arguments.</summary>
    public bool NeedsArguments => _key is not null;

    /// <summary>
    /// The key of a task. Those without one share one, and so do those whose key cannot be evaluated: no limit is passed by.
    /// </summary>
    public LimitKey KeyOf(TaskMessage message, JsonElement args)
    {
        var text = limit.PerTenant ? message.Tenant ?? "" : _key is null ? "" : Evaluate(_key, args);
        return new LimitKey(ContentHash.Of(limit.Name, text), limit.Weights?.GetValueOrDefault(text, 1) ?? 1);
    }

    private static string Evaluate(JmesNode key, JsonElement args)
    {
        var evaluation = new Evaluation(JmesValue.From(args), MaxSteps);
        try
        {
            return key.GetValue(evaluation.Root, evaluation) switch
            {
                null => "",
                string text => text,
                var value => JmesValue.ToJson(value, evaluation).GetRawText(),
            };
        }
        catch (ExpressionException)
        {
            return "";
        }
    }
}

/// <summary>One key of a limit.</summary>
/// <param name="Hash">32 hexadecimal digits: values are of any characters, and customers' business.</param>
/// <param name="Weight">It may have so many times the limit.</param>
internal sealed record LimitKey(string Hash, int Weight);
