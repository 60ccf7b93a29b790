using System.Text.Json;
using DevLab.JmesPath;

namespace Serverless.JmesPath;

/// <summary>Builds an expression's tree from what the parser recognizes, operands before their operator.</summary>
internal sealed class TreeBuilder : IJmesPathGenerator
{
    private readonly Stack<JmesNode> _nodes = new();
    private readonly Stack<List<JmesNode>> _lists = new();
    private readonly Stack<Dictionary<string, JmesNode>> _hashes = new();
    private readonly Stack<List<JmesNode>> _calls = new();
    private readonly Stack<List<(string, JmesNode)>> _bindings = new();
    private List<(string, JmesNode)> _open = [];

    public JmesNode Tree => _nodes.Peek();

    public bool IsProjection() => _nodes.TryPeek(out var node) && node is ProjectionNode;

    public void OnExpression()
    {
    }

    public void OnIdentifier(string name) => _nodes.Push(new Identifier(name));

    public void OnLiteralString(string literal)
    {
        using var json = JsonDocument.Parse(literal);
        _nodes.Push(new Literal(JmesValue.From(json.RootElement.Clone())));
    }

    public void OnRawString(string value) => _nodes.Push(new Literal(value));

    public void OnCurrentNode() => _nodes.Push(new CurrentNode());

    public void OnRootNode() => _nodes.Push(new RootNode());

    public void OnSubExpression() => Join((left, right) => new SubExpression(left, right));

    public void OnIndexExpression() => Join((left, right) => new SubExpression(left, right));

    public void OnPipeExpression() => Join((left, right) => new Pipe(left, right));

    public void OnAndExpression() => Join((left, right) => new And(left, right));

    public void OnOrExpression() => Join((left, right) => new Or(left, right));

    public void OnNotExpression() => _nodes.Push(new Not(_nodes.Pop()));

    public void OnComparisonEqual() => Compare("==");

    public void OnComparisonNotEqual() => Compare("!=");

    public void OnComparisonGreater() => Compare(">");

    public void OnComparisonGreaterOrEqual() => Compare(">=");

    public void OnComparisonLesser() => Compare("<");

    public void OnComparisonLesserOrEqual() => Compare("<=");

    public void OnArithmeticUnaryPlus() => _nodes.Push(new Arithmetic(null, _nodes.Pop(), '+'));

    public void OnArithmeticUnaryMinus() => _nodes.Push(new Arithmetic(null, _nodes.Pop(), '-'));

    public void OnArithmeticAddition() => Calculate('+');

    public void OnArithmeticSubtraction() => Calculate('-');

    public void OnArithmeticMultiplication() => Calculate('*');

    public void OnArithmeticDivision() => Calculate('/');

    public void OnArithmeticModulo() => Calculate('%');

    public void OnArithmeticIntegerDivision() => Calculate('d');

    public void OnFilterProjection() => _nodes.Push(new Filter(_nodes.Pop()));

    public void OnFlattenProjection() => _nodes.Push(new Flatten());

    public void OnHashWildcardProjection() => _nodes.Push(new HashWildcard());

    public void OnListWildcardProjection() => _nodes.Push(new ListWildcard());

    public void OnIndex(int index) => _nodes.Push(new Index(index));

    public void OnSliceExpression(int? start, int? stop, int? step) =>
        _nodes.Push(step == 0 ? throw new ExpressionException("A slice's step must not be 0.") : new Slice(start, stop, step));

    public void PushMultiSelectHash() => _hashes.Push(new Dictionary<string, JmesNode>(StringComparer.Ordinal));

    public void AddMultiSelectHashExpression()
    {
        var value = _nodes.Pop();
        var name = ((Identifier)_nodes.Pop()).Name;
        if (!_hashes.Peek().TryAdd(name, value)) throw new ExpressionException($"\"{name}\" is selected twice.");
    }

    public void PopMultiSelectHash() => _nodes.Push(new MultiSelectHash(_hashes.Pop()));

    public void PushMultiSelectList() => _lists.Push([]);

    public void AddMultiSelectListExpression() => _lists.Peek().Add(_nodes.Pop());

    public void PopMultiSelectList() => _nodes.Push(new MultiSelectList(_lists.Pop()));

    public void PushFunction() => _calls.Push([]);

    public void AddFunctionArg() => _calls.Peek().Add(_nodes.Pop());

    public void PopFunction(string name)
    {
        var arguments = _calls.Pop();
        if (JmesFunctions.FindFault(name, arguments.Count) is { } fault) throw new ExpressionException(fault);
        _nodes.Push(new FunctionCall(name, arguments));
    }

    public void OnExpressionType() => _nodes.Push(_nodes.Pop() with { IsArgument = true });

    public void OnLetBinding(string name) => _open.Add((name, _nodes.Pop()));

    public void OnLetBindings()
    {
        _bindings.Push(_open);
        _open = [];
    }

    public void OnLetExpression() => _nodes.Push(new Let(_bindings.Pop(), _nodes.Pop()));

    public void OnVariableReference(string name) => _nodes.Push(new VariableReference(name));

    private void Compare(string comparison) => Join((left, right) => new Comparison(left, right, comparison));

    private void Calculate(char operation) => Join((left, right) => new Arithmetic(left, right, operation));

    private void Join(Func<JmesNode, JmesNode, JmesNode> join)
    {
        var right = _nodes.Pop();
        _nodes.Push(join(_nodes.Pop(), right));
    }
}
