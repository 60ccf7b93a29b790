using System.Text;
using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>Compiles checks: each name becomes a column, each part a condition or a number.</summary>
/// <param name="columns">All columns.</param>
internal sealed class CheckBinder(IReadOnlyList<IColumnValue> columns)
{
    /// <exception cref="CheckException">Types do not go together.</exception>
    public Condition Bind(CheckSyntax syntax) => syntax.Part switch
    {
        CheckPart.And => new And(Bind(syntax.Children[0]), Bind(syntax.Children[1])),
        CheckPart.Or => new Or(Bind(syntax.Children[0]), Bind(syntax.Children[1])),
        CheckPart.Not => new Not(Bind(syntax.Children[0])),
        CheckPart.Implies => new Or(new Not(Bind(syntax.Children[0])), Bind(syntax.Children[1])),
        CheckPart.True => new Constant(Truth.True),
        CheckPart.False => new Constant(Truth.False),
        CheckPart.Compare => Compare(syntax),
        CheckPart.In => In(syntax),
        CheckPart.Name => Flag(syntax.Text),
        _ => throw new CheckException($"{Show(syntax)} is no condition"),
    };

    private Condition Compare(CheckSyntax syntax)
    {
        var (left, right) = (syntax.Children[0], syntax.Children[1]);
        if (syntax.Children.Count == 3) return Near(syntax);
        if (left.Part == CheckPart.Null || right.Part == CheckPart.Null) return Missing(syntax.Text, left, right);
        if (IsNumber(left) || IsNumber(right))
            return new NumberComparison(Number(left), Number(right), Comparer.Of(syntax.Text));
        if (left.Part != CheckPart.Name && right.Part != CheckPart.Name)
            throw new CheckException($"{Show(left)} and {Show(right)} are no columns");
        if (left.Part != CheckPart.Name) (left, right, syntax) = (right, left, syntax with { Text = Turn(syntax.Text) });
        return (Find(left.Text), right.Part == CheckPart.Name ? Find(right.Text) : null) switch
        {
            (IOrderedValue a, IOrderedValue b) when a.Type == b.Type => new KeyComparison(a, b, Comparer.Of(syntax.Text)),
            (ITextValue a, ITextValue b) => new TextComparison(Kept(a), Kept(b), Comparer.Of(syntax.Text)),
            (IOrderedValue a, null) => new KeyLiteral(a, Key(a, right), Comparer.Of(syntax.Text)),
            (ITextValue a, null) => new TextLiteral(Kept(a), Encoding.UTF8.GetBytes(Text(a, right)), Comparer.Of(syntax.Text)),
            var (a, b) => throw new CheckException(
                $"{Show(left)} is {FieldTypes.Format(a.Type)} and {Show(right)} {(b is null ? "not" : FieldTypes.Format(b.Type))}"),
        };
    }

    private Condition Near(CheckSyntax syntax)
    {
        if (syntax.Text is not ("=" or "!=")) throw new CheckException("± goes with = and != only");
        var near = new NumberNear(Number(syntax.Children[0]), Number(syntax.Children[1]), Number(syntax.Children[2]));
        return syntax.Text == "=" ? near : new Not(near);
    }

    private Condition Missing(string symbol, CheckSyntax left, CheckSyntax right)
    {
        var name = left.Part == CheckPart.Null ? right : left;
        if (symbol is not ("=" or "!=") || name.Part != CheckPart.Name)
            throw new CheckException("null is compared with a column, by = or !=");
        var missing = new IsMissing(Find(name.Text));
        return symbol == "=" ? missing : new Not(missing);
    }

    private Condition In(CheckSyntax syntax)
    {
        var (value, list) = (syntax.Children[0], syntax.Children.Skip(1).ToList());
        if (value.Part == CheckPart.Name && Find(value.Text) is ITextValue text && list.TrueForAll(l => l.Part == CheckPart.Text))
            return new TextIn(Kept(text), new Utf8Set(list.Select(l => l.Text)));
        return list.Select(l => Compare(new CheckSyntax(CheckPart.Compare, "=", value, l))).Aggregate((a, b) => new Or(a, b));
    }

    private KeyLiteral Flag(string name) => Find(name) switch
    {
        IOrderedValue { Type: FieldType.Boolean } flag => new KeyLiteral(flag, 1, Comparer.Of("=")),
        var other => throw new CheckException($"`{name}` is {FieldTypes.Format(other.Type)} and no condition"),
    };

    private bool IsNumber(CheckSyntax syntax) =>
        syntax.Part is CheckPart.Number or CheckPart.Negate or CheckPart.Arithmetic
        || (syntax.Part == CheckPart.Name && Find(syntax.Text) is INumberValue);

    private NumberOperand Number(CheckSyntax syntax) => syntax.Part switch
    {
        CheckPart.Number => new NumberLiteral(BigNumber.Parse(Encoding.UTF8.GetBytes(syntax.Text))),
        CheckPart.Negate => new Sum(new NumberLiteral(default), Number(syntax.Children[0]), isDifference: true),
        CheckPart.Arithmetic when syntax.Text == "*" => new Product(Number(syntax.Children[0]), Number(syntax.Children[1])),
        CheckPart.Arithmetic => new Sum(Number(syntax.Children[0]), Number(syntax.Children[1]), isDifference: syntax.Text == "-"),
        CheckPart.Name => Find(syntax.Text) switch
        {
            INumberValue number => new NumberColumn(number),
            var other => throw new CheckException($"{Show(syntax)} is {FieldTypes.Format(other.Type)} and no number"),
        },
        _ => throw new CheckException($"{Show(syntax)} is no number"),
    };

    private static long Key(IOrderedValue column, CheckSyntax literal)
    {
        if (column.Type == FieldType.Boolean && literal.Part is CheckPart.True or CheckPart.False)
            return literal.Part == CheckPart.True ? 1 : 0;
        var value = TemporalValue.Empty;
        if (column.Type == FieldType.Boolean || literal.Part != CheckPart.Text
            || !IsoTime.TryRead(column.Type, Encoding.UTF8.GetBytes(literal.Text), ref value) || !value.IsValid || !value.TryToUtc())
        {
            throw new CheckException($"`{column.Name}` is {FieldTypes.Format(column.Type)} and {Show(literal)} is none: dates and times " +
                "stand in ' ' as ISO 8601 has them");
        }

        var key = value.BuildKey(column.Type);
        return column.Type == FieldType.DateTime ? key >> 1 : key;
    }

    private static string Text(ITextValue column, CheckSyntax literal) => literal.Part == CheckPart.Text
        ? literal.Text : throw new CheckException($"`{column.Name}` is {FieldTypes.Format(column.Type)} and {Show(literal)} is none");

    private static ITextValue Kept(ITextValue column)
    {
        column.Keep();
        return column;
    }

    private static string Turn(string symbol) => symbol switch { "<" => ">", "<=" => ">=", ">" => "<", ">=" => "<=", _ => symbol };

    private static string Show(CheckSyntax syntax) => syntax.Part switch
    {
        CheckPart.Name => $"`{syntax.Text}`",
        CheckPart.Text => $"'{syntax.Text}'",
        _ => $"\"{syntax.Text}\"",
    };

    private IColumnValue Find(string name) =>
        columns.FirstOrDefault(c => c.Name == name) ?? throw new CheckException($"there is no field `{name}`");
}
