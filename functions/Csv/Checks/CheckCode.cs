using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Serverless.Csv.Checks;

/// <summary>A number as code: <c>Mantissa / 10^Scale</c>, the scale to be read after the mantissa.</summary>
internal readonly record struct NumberCode(Expression Mantissa, Expression Scale);

/// <summary>
/// Makes one function of all checks of a schema. It reads each column once, and calculates in 64 bits; a check of which a number is missing
/// or takes more is left to its tree, which is exact.
/// </summary>
internal sealed class CheckCode
{
    private readonly IReadOnlyList<IColumnValue> _values;
    private readonly ParameterExpression _columns = Expression.Parameter(typeof(IColumnValue[]));
    private readonly ParameterExpression _checks = Expression.Parameter(typeof(RowCheck[]));
    private readonly List<ParameterExpression> _variables = [];
    private readonly List<Expression> _reads = [];
    private readonly Dictionary<int, (ParameterExpression IsSmall, NumberCode Number)> _numbers = [];
    private readonly Dictionary<int, (ParameterExpression IsThere, ParameterExpression Key)> _keys = [];

    // Of the check at hand.
    private readonly HashSet<Expression> _small = [];
    private bool _calculates;

    private readonly ParameterExpression _fits;

    private CheckCode(IReadOnlyList<IColumnValue> values)
    {
        _values = values;
        _fits = Declare(typeof(bool));
    }

    /// <summary>Gives a calculation of the check at hand what is true until a result does not fit 64 bits.</summary>
    public ParameterExpression UseFits()
    {
        _calculates = true;
        return _fits;
    }

    /// <summary>Compiles checks into a function that finds the first that is not met, and gives -1 where all are.</summary>
    /// <param name="checks">The checks, bound to <paramref name="values"/>.</param>
    /// <param name="values">The columns; the function is for all of the same schema.</param>
    public static Func<IColumnValue[], RowCheck[], int> Compile(IReadOnlyList<RowCheck> checks, IReadOnlyList<IColumnValue> values)
    {
        var code = new CheckCode(values);
        var end = Expression.Label(typeof(int));
        var steps = checks.Select((check, index) => code.Compile(check, index, end)).ToList();
        return Expression.Lambda<Func<IColumnValue[], RowCheck[], int>>(
            Expression.Block(code._variables, [.. code._reads, .. steps, Expression.Label(end, Expression.Constant(-1))]),
            code._columns, code._checks).Compile();
    }

    /// <summary>A variable that has the value of an expression, and the expression that gives it to it.</summary>
    public (ParameterExpression Variable, Expression Assignment) Hold(Expression value)
    {
        var variable = Declare(value.Type);
        return (variable, Expression.Assign(variable, value));
    }

    public ParameterExpression Declare(Type type)
    {
        var variable = Expression.Variable(type);
        _variables.Add(variable);
        return variable;
    }

    public NumberCode ReadNumber(INumberValue column)
    {
        var place = Find(column);
        if (!_numbers.TryGetValue(place, out var read))
        {
            var (isSmall, mantissa, scale) = (Declare(typeof(bool)), Declare(typeof(long)), Declare(typeof(int)));
            _numbers[place] = read = (isSmall, new NumberCode(mantissa, scale));
            Read(isSmall, place, nameof(INumberValue.TryGetSmall), mantissa, scale);
        }

        _small.Add(read.IsSmall);
        return read.Number;
    }

    /// <summary>A number that does not fit leaves its check to the tree.</summary>
    public NumberCode GiveUp()
    {
        _small.Add(Expression.Constant(false));
        return new NumberCode(Expression.Constant(0L), Expression.Constant(0));
    }

    public (Expression IsThere, Expression Key) ReadKey(IOrderedValue column)
    {
        var place = Find(column);
        if (!_keys.TryGetValue(place, out var read))
        {
            _keys[place] = read = (Declare(typeof(bool)), Declare(typeof(long)));
            Read(read.IsThere, place, nameof(IOrderedValue.TryGetKey), read.Key);
        }

        return read;
    }

    public Expression ReadText(ITextValue column) => Expression.Property(GetColumn(Find(column)), nameof(ITextValue.Text));

    public Expression IsMissing(IColumnValue column) => Expression.Property(GetColumn(Find(column)), nameof(IColumnValue.IsMissing));

    /// <summary>Calls a static method of this assembly.</summary>
    public static Expression Call(Type type, string method, params Expression[] arguments) =>
        Expression.Call(type, method, typeArguments: null, arguments);

    private ConditionalExpression Compile(RowCheck check, int index, LabelTarget end)
    {
        _small.Clear();
        _calculates = false;
        var isFalse = check.Condition.CompileFalse(this);
        var tree = Expression.Not(Expression.Property(Expression.ArrayIndex(_checks, Expression.Constant(index)), nameof(RowCheck.IsMet)));
        if (_calculates)
        {
            var found = Declare(typeof(bool));
            isFalse = Expression.Block(
                Expression.Assign(_fits, Expression.Constant(true)), Expression.Assign(found, isFalse),
                Expression.Condition(_fits, found, tree));
        }

        if (_small.Count > 0) isFalse = Expression.Condition(_small.Aggregate(Expression.AndAlso), isFalse, tree);
        return Expression.IfThen(isFalse, Expression.Return(end, Expression.Constant(index)));
    }

    private void Read(ParameterExpression isThere, int place, string method, params Expression[] values)
    {
        var column = GetColumn(place);
        var getter = column.Type.GetMethod(method, BindingFlags.Public | BindingFlags.Instance)!;
        _reads.Add(Expression.Assign(isThere, Expression.Call(column, getter, values)));
    }

    // As what it is, for a call of a known method costs next to nothing: the columns of a schema are of the same types in all its cleaners.
    private MethodCallExpression GetColumn(int place) => Expression.Call(
        typeof(Unsafe), nameof(Unsafe.As), [_values[place].GetType()], Expression.ArrayIndex(_columns, Expression.Constant(place)));

    private int Find(IColumnValue column) => _values.Index().First(v => ReferenceEquals(v.Item, column)).Index;
}
