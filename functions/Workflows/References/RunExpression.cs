using System.Diagnostics.CodeAnalysis;
using Serverless.JmesPath;
using Serverless.Tasks;

namespace Serverless.Workflows.References;

/// <summary>
/// A JMESPath expression over a run's data, and what it refers to. Paths start at the root (<c>$.input</c>, <c>$.steps.a</c>), so that what
/// an expression needs can be told from its text, and only that is loaded.
/// </summary>
internal sealed class RunExpression
{
    private readonly JmesNode _tree;

    private RunExpression(JmesNode tree, Paths paths)
    {
        _tree = tree;
        Steps = paths.Steps.ToHashSet(StringComparer.Ordinal);
        UsesItem = paths.Roots.Contains("item");
        UsesSignal = paths.Roots.Contains(RunData.Signal);
        IsConstant = paths.RootCount == 0;
    }

    /// <summary>The steps that it refers to.</summary>
    public IReadOnlySet<string> Steps { get; }

    /// <summary>It refers to the item at hand.</summary>
    public bool UsesItem { get; }

    /// <summary>It refers to the payload of a signal.</summary>
    public bool UsesSignal { get; }

    /// <summary>It refers to nothing: it always gives the same.</summary>
    public bool IsConstant { get; }

    /// <summary>Reads an expression that was checked when its definition was registered.</summary>
    /// <exception cref="TaskValidationException">It is none after all.</exception>
    public static RunExpression Parse(string text) => TryParse(text, out var expression, out var fault)
        ? expression
        : throw new TaskValidationException($"{ExpressionParser.Shorten(text)} cannot be evaluated: {fault}");

    /// <summary>Reads an expression.</summary>
    /// <param name="text">JMESPath.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="fault">What is wrong, as a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RunExpression? expression, [NotNullWhen(false)] out string? fault)
    {
        expression = null;
        if (!ExpressionParser.TryParse(text, out var tree, out fault)) return false;

        var paths = new Paths();
        paths.Visit(tree);
        fault = paths.FindFault(text);
        if (fault is null) expression = new RunExpression(tree, paths);
        return fault is null;
    }

    /// <summary>The expression's value.</summary>
    /// <exception cref="ExpressionException">It cannot be evaluated on these data, or takes too many steps.</exception>
    public object? Evaluate(Evaluation evaluation) => _tree.GetValue(evaluation.Root, evaluation);

    /// <summary>The paths from the root.</summary>
    private sealed class Paths
    {
        private const string OfSteps = "steps";
        private static readonly string[] Known = ["input", OfSteps, "run", "item", RunData.Signal];

        public int RootCount { get; private set; }

        public List<string> Roots { get; } = [];

        public List<string> Steps { get; } = [];

        public void Visit(JmesNode node)
        {
            if (node is RootNode) RootCount++;
            if (node is SubExpression { Left: RootNode, Right: Identifier root }) Roots.Add(root.Name);
            if (node is SubExpression
                {
                    Left: SubExpression { Left: RootNode, Right: Identifier { Name: OfSteps } },
                    Right: Identifier step
                }) Steps.Add(step.Name);
            foreach (var inner in node.Inner) Visit(inner);
        }

        public string? FindFault(string text)
        {
            if (Roots.Find(r => !Known.Contains(r)) is { } unknown)
                return $"There is no $.{unknown}; there are $.input, $.steps.<name>, $.run, in a map $.item, and in a wait's condition " +
                    "$.signal.";
            if (RootCount != Roots.Count)
                return "\"$\" stands for no value of its own; write $.input, $.steps.<name>, $.run or, in a map, $.item.";
            if (Roots.Count(r => r == OfSteps) != Steps.Count) return "$.steps must be followed by a step's name.";

            // What is loaded is told from the text.
            var path = Roots.Where(r => r != OfSteps).Select(r => $"$.{r}").Concat(Steps.Select(s => $"$.{OfSteps}.{s}"))
                .FirstOrDefault(p => !text.Contains(p, StringComparison.Ordinal));
            return path is null ? null : $"Write {path} in one piece, without spaces, quotes or parentheses.";
        }
    }
}
