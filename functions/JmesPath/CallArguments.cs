using System.Globalization;

namespace Serverless.JmesPath;

/// <summary>The arguments of a function's call. Reading an argument of another type than it takes is a fault of the expression.</summary>
internal sealed class CallArguments(string function, IReadOnlyList<object?> values, Evaluation evaluation)
{
    public IReadOnlyList<object?> Values => values;

    public Evaluation Evaluation => evaluation;

    public string GetText(int index) => values[index] as string ?? throw CreateFault(index, "a text");

    public double GetNumber(int index) => JmesValue.ToNumber(values[index], evaluation) ?? throw CreateFault(index, "a number");

    /// <summary>A whole number that may be left out.</summary>
    public int? GetWhole(int index)
    {
        if (index >= values.Count) return null;
        var number = GetNumber(index);
        return number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number : throw CreateFault(index, "a whole number");
    }

    public List<object?> GetArray(int index) => JmesValue.ToItems(values[index], evaluation) ?? throw CreateFault(index, "an array");

    public IReadOnlyList<KeyValuePair<string, object?>> GetMembers(int index) =>
        JmesValue.ToMembers(values[index], evaluation) ?? throw CreateFault(index, "an object");

    public List<double> GetNumbers(int index) =>
        GetArray(index).ConvertAll(item => JmesValue.ToNumber(item, evaluation) ?? throw CreateFault(index, "an array of numbers"));

    /// <summary>Charges for a text that is about to be made from this one.</summary>
    public string Charge(string text)
    {
        evaluation.ChargeText(text.Length);
        return text;
    }

    /// <summary>A text that is searched for another.</summary>
    public string ChargeSearch(string text, string part)
    {
        evaluation.ChargeSearch(text, part);
        return text;
    }

    /// <summary>A text that is compared or hashed.</summary>
    public string Read(string text)
    {
        evaluation.ChargeRead(text.Length);
        return text;
    }

    /// <summary>The text without characters at its ends: each is looked up among those.</summary>
    public string Trim(Func<string, char[]?, string> trim)
    {
        var (text, characters) = (Charge(GetText(0)), Values.Count > 1 && GetText(1) is { Length: > 0 } set ? set.ToCharArray() : null);
        evaluation.ChargeRead((double)text.Length * (characters?.Length ?? 1));
        return trim(text, characters);
    }

    /// <summary>The value of an expression that was passed, applied to a value.</summary>
    public object? Apply(int index, object? value) =>
        values[index] is JmesNode node ? node.GetValue(value, evaluation) : throw CreateFault(index, "an expression such as &name");

    /// <summary>The keys that items are ordered by: all numbers, or all texts.</summary>
    public List<object> SelectKeys(List<object?> items, Func<object?, object?> by)
    {
        var keys = items.ConvertAll(
            item => by(item) is var key && JmesValue.ToNumber(key, evaluation) is { } number ? number : key as string ?? (object?)null);

        // Each is compared with the others about so often.
        evaluation.ChargeRead(keys.Sum(key => (double)((key as string)?.Length ?? 0)) * Math.Log2(keys.Count + 1));
        return keys.TrueForAll(k => k is double) || keys.TrueForAll(k => k is string)
            ? keys.ConvertAll(k => k!) : throw CreateFault("needs only numbers, or only texts, to put in order");
    }

    public static int Compare(object left, object right) =>
        left is double x && right is double y ? x.CompareTo(y) : string.CompareOrdinal((string)left, (string)right);

    public ExpressionException CreateFault(string sentence) => new($"The function {function} {sentence}.");

    public ExpressionException CreateFault(int index, string expected) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The function {function} takes {expected} as its argument {index + 1}, not {JmesValue.TypeOf(values[index])}."));
}
