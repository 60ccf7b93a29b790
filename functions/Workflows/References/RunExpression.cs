using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using DevLab.JmesPath;
using DevLab.JmesPath.Expressions;
using DevLab.JmesPath.Interop;

namespace Serverless.Workflows.References;

/// <summary>
/// A JMESPath expression over a run's data, and what it refers to. Paths start at the root (<c>$.input</c>, <c>$.steps.a</c>), so that what
/// an expression needs can be told from its text, and only that is loaded.
/// </summary>
internal sealed partial class RunExpression
{
    // The parser has a state of its own, and says everything with plain exceptions.
    [ThreadStatic]
    private static JmesPath? _parser;

    private RunExpression(JmesPathExpression parsed, IReadOnlySet<string> steps, bool usesItem, bool isConstant) =>
        (Parsed, Steps, UsesItem, IsConstant) = (parsed, steps, usesItem, isConstant);

    public JmesPathExpression Parsed { get; }

    /// <summary>The steps that it refers to.</summary>
    public IReadOnlySet<string> Steps { get; }

    /// <summary>It refers to the item at hand.</summary>
    public bool UsesItem { get; }

    /// <summary>It refers to nothing: it always gives the same.</summary>
    public bool IsConstant { get; }

    /// <summary>Reads an expression that was checked when its definition was registered.</summary>
    /// <exception cref="FormatException">It is none after all.</exception>
    public static RunExpression Parse(string text) => TryParse(text, out var expression, out var fault) ? expression : throw new FormatException($"{text}: {fault}");

    /// <summary>Reads an expression.</summary>
    /// <param name="text">JMESPath.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="fault">What is wrong, as a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RunExpression? expression, [NotNullWhen(false)] out string? fault)
    {
        expression = null;
        JmesPathExpression parsed;
        try
        {
            parsed = (_parser ??= new JmesPath()).Parse(text);
        }
#pragma warning disable CA1031 // The parser throws plain exceptions.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault = $"Is no JMESPath expression: {e.Message.ReplaceLineEndings(" ").Trim()}";
            return false;
        }

        var nodes = new Nodes();
        parsed.Accept(nodes);
        fault = nodes.FindFault();
        if (fault is null) expression = new RunExpression(parsed, nodes.Steps, nodes.Roots.Contains("item"), nodes.RootCount == 0);
        return fault is null;
    }

    [GeneratedRegex(@"^\$\.(?<root>[A-Za-z_][A-Za-z0-9_]*)\z")]
    private static partial Regex RootPath();

    [GeneratedRegex(@"^\$\.steps\.(?<step>[A-Za-z_][A-Za-z0-9_]*)\z")]
    private static partial Regex StepPath();

    /// <summary>Each node writes itself as JMESPath, which is how the paths from the root are found.</summary>
    private sealed class Nodes : IVisitor
    {
        private static readonly string[] Known = ["input", "steps", "run", "item"];
        private readonly List<string> _steps = [];

        public int RootCount { get; private set; }

        public List<string> Roots { get; } = [];

        public IReadOnlySet<string> Steps => _steps.ToHashSet(StringComparer.Ordinal);

        public void Visit(JmesPathExpression expression)
        {
            if (expression is JmesPathRootNodeExpression) RootCount++;
            if (expression is not JmesPathSubExpression) return;

            var text = expression.ToString();
            if (RootPath().Match(text) is { Success: true } root) Roots.Add(root.Groups["root"].Value);
            if (StepPath().Match(text) is { Success: true } step) _steps.Add(step.Groups["step"].Value);
        }

        public string? FindFault()
        {
            if (Roots.Find(r => !Known.Contains(r)) is { } unknown) return $"There is no $.{unknown}; there are $.input, $.steps.<name>, $.run and, in a map, $.item.";
            if (RootCount != Roots.Count) return "\"$\" stands for no value of its own; write $.input, $.steps.<name>, $.run or, in a map, $.item.";
            return Roots.Count(r => r == "steps") != _steps.Count ? "$.steps must be followed by a step's name." : null;
        }
    }
}
