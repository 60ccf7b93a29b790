namespace Serverless.Csv.Checks;

/// <summary>
/// Reads a check. From what binds least: <c>implies</c>, <c>or</c>, <c>and</c>, <c>not</c>, comparisons and <c>in</c>, <c>+ -</c>,
/// <c>*</c>.
/// </summary>
internal sealed class CheckParser
{
    /// <summary>Longer ones are refused.</summary>
    public const int MaxLength = 2_000;

    private const int MaxDepth = 50;

    private readonly List<CheckToken> _tokens;
    private int _at;
    private int _depth;

    private CheckParser(List<CheckToken> tokens) => _tokens = tokens;

    private CheckToken Current => _tokens[_at];

    /// <exception cref="CheckException">It cannot be read.</exception>
    public static CheckSyntax Parse(string text)
    {
        if (text.Length > MaxLength) throw new CheckException($"it has more than {MaxLength} characters");
        var parser = new CheckParser(CheckTokens.Read(text));
        var check = parser.Implies();
        return parser.Current.Kind == CheckTokenKind.End ? check : throw parser.Unexpected();
    }

    private CheckSyntax Implies()
    {
        if (++_depth > MaxDepth) throw new CheckException($"it is nested more than {MaxDepth} deep");
        var left = Or();
        if (TakeWord("implies")) left = new(CheckPart.Implies, "implies", left, Implies());
        _depth--;
        return left;
    }

    private CheckSyntax Or()
    {
        var left = And();
        while (TakeWord("or")) left = new(CheckPart.Or, "or", left, And());
        return left;
    }

    private CheckSyntax And()
    {
        var left = Not();
        while (TakeWord("and")) left = new(CheckPart.And, "and", left, Not());
        return left;
    }

    private CheckSyntax Not()
    {
        var negations = 0;
        while (TakeWord("not")) negations++;
        var condition = Comparison();
        return negations % 2 == 0 ? condition : new(CheckPart.Not, "not", condition);
    }

    private CheckSyntax Comparison()
    {
        var left = Sum();
        if (TakeSymbol("=", "==", "!=", "<>", "<=", ">=", "<", ">") is { } symbol)
        {
            var right = Sum();
            var comparison = symbol switch { "==" => "=", "<>" => "!=", _ => symbol };
            return TakeSymbol("±", "+-") is null ? new(CheckPart.Compare, comparison, left, right)
                : new(CheckPart.Compare, comparison, left, right, Sum());
        }

        if (TakeWord("in")) return new(CheckPart.In, "in", [left, .. List()]);
        if (!IsWord("not") || _tokens[_at + 1] is not { Kind: CheckTokenKind.Word } next || !Is(next, "in")) return left;
        _at += 2;
        return new(CheckPart.Not, "not", new CheckSyntax(CheckPart.In, "in", [left, .. List()]));
    }

    private List<CheckSyntax> List()
    {
        if (TakeSymbol("(") is null) throw Unexpected();
        var values = new List<CheckSyntax>();
        do values.Add(Unary());
        while (TakeSymbol(",") is not null);
        return TakeSymbol(")") is null ? throw Unexpected() : values;
    }

    private CheckSyntax Sum()
    {
        var left = Product();
        while (TakeSymbol("+", "-") is { } symbol) left = new(CheckPart.Arithmetic, symbol, left, Product());
        return left;
    }

    private CheckSyntax Product()
    {
        var left = Unary();
        while (TakeSymbol("*", "/") is { } symbol)
        {
            if (symbol == "/") throw new CheckException("nothing is divided, since that is not exact: multiply the other side");
            left = new(CheckPart.Arithmetic, "*", left, Unary());
        }

        return left;
    }

    private CheckSyntax Unary()
    {
        var isNegative = false;
        while (TakeSymbol("-") is not null) isNegative = !isNegative;
        return isNegative ? new(CheckPart.Negate, "-", Primary()) : Primary();
    }

    private CheckSyntax Primary()
    {
        if (TakeSymbol("(") is not null)
        {
            var inner = Implies();
            return TakeSymbol(")") is null ? throw Unexpected() : inner;
        }

        var token = Current;
        var part = token.Kind switch
        {
            CheckTokenKind.Number => CheckPart.Number,
            CheckTokenKind.Text => CheckPart.Text,
            CheckTokenKind.QuotedName => CheckPart.Name,
            CheckTokenKind.Word when Is(token, "null") => CheckPart.Null,
            CheckTokenKind.Word when Is(token, "true") => CheckPart.True,
            CheckTokenKind.Word when Is(token, "false") => CheckPart.False,
            CheckTokenKind.Word when !Is(token, "in") && !Is(token, "and") && !Is(token, "or") && !Is(token, "implies") => CheckPart.Name,
            _ => throw Unexpected(),
        };
        _at++;
        return new(part, token.Text);
    }

    private CheckException Unexpected() => new($"{Current.Shown} is not expected there");

    private bool IsWord(string word) => Current.Kind == CheckTokenKind.Word && Is(Current, word);

    private bool TakeWord(string word)
    {
        if (!IsWord(word)) return false;
        _at++;
        return true;
    }

    private string? TakeSymbol(params ReadOnlySpan<string> symbols)
    {
        if (Current.Kind != CheckTokenKind.Symbol || !symbols.Contains(Current.Text)) return null;
        return _tokens[_at++].Text;
    }

    private static bool Is(CheckToken token, string word) => token.Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
