using System.Globalization;
using System.Text.Json;

// All functions have the shape that the table of functions asks for.
#pragma warning disable CA1859

namespace Serverless.JmesPath;

/// <summary>A call of a function.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Arguments">What it is called with.</param>
internal sealed record FunctionCall(string Function, IReadOnlyList<JmesNode> Arguments) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => Arguments;

    protected override object? Evaluate(object? value, Evaluation evaluation) => JmesFunctions.Call(
        Function, new CallArguments(Function, [.. Arguments.Select(a => a.IsArgument ? a : a.GetValue(value, evaluation))], evaluation));
}

/// <summary>The functions of JMESPath. What they make is charged for before it is made.</summary>
internal static class JmesFunctions
{
    private static readonly Dictionary<string, (int Min, int Max, Func<CallArguments, object?> Run)> ByName = new(
        StringComparer.Ordinal)
    {
        ["abs"] = (1, 1, a => Math.Abs(a.GetNumber(0))),
        ["avg"] = (1, 1, a => a.GetNumbers(0) is { Count: > 0 } numbers ? numbers.Average() : null),
        ["ceil"] = (1, 1, a => Math.Ceiling(a.GetNumber(0))),
        ["contains"] = (2, 2, Contains),
        ["ends_with"] = (2, 2, a => a.GetText(0).EndsWith(a.Read(a.GetText(1)), StringComparison.Ordinal)),
        ["find_first"] = (2, 4, a => Find(a, last: false)),
        ["find_last"] = (2, 4, a => Find(a, last: true)),
        ["floor"] = (1, 1, a => Math.Floor(a.GetNumber(0))),
        ["from_items"] = (1, 1, FromItems),
        ["group_by"] = (2, 2, GroupBy),
        ["items"] = (1, 1, a => a.GetMembers(0).Select(m => (object?)new List<object?> { m.Key, m.Value }).ToList()),
        ["join"] = (2, 2, Join),
        ["keys"] = (1, 1, a => a.GetMembers(0).Select(m => (object?)m.Key).ToList()),
        ["length"] = (1, 1, Length),
        ["lower"] = (1, 1, a => a.Charge(a.GetText(0)).ToLowerInvariant()),
        ["map"] = (2, 2, a => a.GetArray(1).ConvertAll(i => a.Apply(0, i))),
        ["max"] = (1, 1, a => Extreme(a, a.GetArray(0), i => i, 1)),
        ["max_by"] = (2, 2, a => Extreme(a, a.GetArray(0), i => a.Apply(1, i), 1)),
        ["merge"] = (1, int.MaxValue, Merge),
        ["min"] = (1, 1, a => Extreme(a, a.GetArray(0), i => i, -1)),
        ["min_by"] = (2, 2, a => Extreme(a, a.GetArray(0), i => a.Apply(1, i), -1)),
        ["not_null"] = (1, int.MaxValue, a => a.Values.FirstOrDefault(v => v is not null)),
        ["pad_left"] = (2, 3, a => Pad(a, (text, width, with) => text.PadLeft(width, with))),
        ["pad_right"] = (2, 3, a => Pad(a, (text, width, with) => text.PadRight(width, with))),
        ["replace"] = (3, 4, Replace),
        ["reverse"] = (1, 1, Reverse),
        ["sort"] = (1, 1, a => Sort(a, a.GetArray(0), i => i)),
        ["sort_by"] = (2, 2, a => Sort(a, a.GetArray(0), i => a.Apply(1, i))),
        ["split"] = (2, 3, Split),
        ["starts_with"] = (2, 2, a => a.GetText(0).StartsWith(a.Read(a.GetText(1)), StringComparison.Ordinal)),
        ["sum"] = (1, 1, a => a.GetNumbers(0).Sum()),
        ["to_array"] = (1, 1, a => JmesValue.TypeOf(a.Values[0]) == "array" ? a.Values[0] : new List<object?> { a.Values[0] }),
        ["to_number"] = (1, 1, ToNumber),
        ["to_string"] = (1, 1, a => a.Values[0] as string ?? JmesValue.ToText(a.Values[0], a.Evaluation)),
        ["trim"] = (1, 2, a => a.Trim((text, characters) => text.Trim(characters))),
        ["trim_left"] = (1, 2, a => a.Trim((text, characters) => text.TrimStart(characters))),
        ["trim_right"] = (1, 2, a => a.Trim((text, characters) => text.TrimEnd(characters))),
        ["type"] = (1, 1, a => JmesValue.TypeOf(a.Values[0])),
        ["upper"] = (1, 1, a => a.Charge(a.GetText(0)).ToUpperInvariant()),
        ["values"] = (1, 1, a => a.GetMembers(0).Select(m => m.Value).ToList()),
        ["zip"] = (1, int.MaxValue, Zip),
    };

    /// <summary>The fault of a call that no data can mend; null when there is none.</summary>
    public static string? FindFault(string name, int count)
    {
        if (!ByName.TryGetValue(name, out var function))
            return $"There is no function {name}. There are: {string.Join(", ", ByName.Keys)}.";
        if (count >= function.Min && count <= function.Max) return null;
        var expected = function.Max == int.MaxValue ? $"{function.Min} or more" : function.Min == function.Max
            ? $"{function.Min}" : $"{function.Min} to {function.Max}";
        return string.Create(CultureInfo.InvariantCulture, $"The function {name} takes {expected} arguments, not {count}.");
    }

    public static object? Call(string name, CallArguments arguments) => ByName[name].Run(arguments);

    private static object? Contains(CallArguments a)
    {
        if (a.Values[0] is not string text) return a.GetArray(0).Exists(item => JmesValue.AreEqual(item, a.Values[1], a.Evaluation));
        return a.Values[1] is string part && a.ChargeSearch(a.Charge(text), part).Contains(part, StringComparison.Ordinal);
    }

    private static object? Find(CallArguments a, bool last)
    {
        var (text, part) = (a.Charge(a.GetText(0)), a.GetText(1));
        if (text.Length == 0 || part.Length == 0) return null;
        a.Evaluation.ChargeSearch(text, part);
        var start = Math.Clamp(a.GetWhole(2) ?? 0, 0, text.Length);
        var end = Math.Clamp(a.GetWhole(3) ?? text.Length, start, text.Length);
        var within = text.AsSpan(start, end - start);
        var found = last ? within.LastIndexOf(part, StringComparison.Ordinal) : within.IndexOf(part, StringComparison.Ordinal);
        return found < 0 ? null : (double)(start + found);
    }

    private static object? FromItems(CallArguments a)
    {
        var made = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var item in a.GetArray(0))
        {
            if (JmesValue.ToItems(item, a.Evaluation) is not [string name, var value])
                throw a.CreateFault("takes an array of pairs: a text and a value");
            made[a.Read(name)] = value;
        }

        return made;
    }

    private static object? GroupBy(CallArguments a)
    {
        var groups = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var item in a.GetArray(0))
        {
            var key = a.Apply(1, item);
            if (key is null) continue;
            if (key is not string name) throw a.CreateFault("needs a text to group by");
            if (!groups.TryGetValue(a.Read(name), out var group)) groups[name] = group = new List<object?>();
            ((List<object?>)group!).Add(item);
        }

        return groups;
    }

    private static object? Join(CallArguments a)
    {
        var (glue, texts) = (a.GetText(0), a.GetArray(1));
        if (texts.Exists(t => t is not string)) throw a.CreateFault("takes an array of texts");
        a.Evaluation.ChargeText(texts.Sum(t => (double)((string)t!).Length) + ((double)glue.Length * texts.Count));
        return string.Join(glue, texts);
    }

    private static object? Length(CallArguments a)
    {
        if (a.Values[0] is string text) return (double)a.Charge(text).EnumerateRunes().Count();
        if (a.Values[0] is JsonElement { ValueKind: JsonValueKind.Array } array) return (double)array.GetArrayLength();
        if (JmesValue.ToItems(a.Values[0], a.Evaluation) is { } items) return (double)items.Count;
        return JmesValue.ToMembers(a.Values[0], a.Evaluation) is { } members
            ? (double)members.Count : throw a.CreateFault(0, "a text, an array or an object");
    }

    private static object? Merge(CallArguments a)
    {
        var made = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (var i = 0; i < a.Values.Count; i++)
        {
            foreach (var (name, value) in a.GetMembers(i)) made[name] = value;
        }

        return made;
    }

    private static object? Pad(CallArguments a, Func<string, int, char, string> pad)
    {
        var (text, width) = (a.GetText(0), a.GetWhole(1) ?? 0);
        if (width < 0 || (a.Values.Count > 2 && a.GetText(2).Length != 1)) throw a.CreateFault("takes a width from 0, and one character");
        a.Evaluation.ChargeText(Math.Max(text.Length, (double)width));
        return pad(text, width, a.Values.Count > 2 ? a.GetText(2)[0] : ' ');
    }

    private static object? Replace(CallArguments a)
    {
        var (text, old, with) = (a.Charge(a.GetText(0)), a.GetText(1), a.GetText(2));
        if (a.GetWhole(3) is < 0) throw a.CreateFault("takes a count from 0");
        if (old.Length == 0) return text;
        a.Evaluation.ChargeSearch(text, old);
        var parts = text.Split(old, (int)Math.Min((a.GetWhole(3) ?? int.MaxValue) + 1L, int.MaxValue));
        a.Evaluation.Charge(parts.Length);
        a.Evaluation.ChargeText(text.Length + ((double)with.Length * parts.Length));
        return string.Join(with, parts);
    }

    private static object? Reverse(CallArguments a)
    {
        if (a.Values[0] is string text) return string.Concat(a.Charge(text).EnumerateRunes().Reverse());
        var items = a.GetArray(0).ToList();
        items.Reverse();
        return items;
    }

    private static object? Split(CallArguments a)
    {
        var (text, by) = (a.Charge(a.GetText(0)), a.GetText(1));
        if (a.GetWhole(2) is < 0) throw a.CreateFault("takes a count from 0");
        var maxParts = (int)Math.Min((a.GetWhole(2) ?? int.MaxValue) + 1L, int.MaxValue);
        a.Evaluation.ChargeSearch(text, by);
        if (by.Length > 0) return text.Split(by, maxParts).Select(p => (object?)p).ToList();
        a.Evaluation.Charge(text.Length);
        var alone = (int)Math.Min(text.Length, maxParts - 1L);
        List<object?> characters = [.. text[..alone].Select(c => (object?)c.ToString())];
        if (alone < text.Length) characters.Add(text[alone..]);
        return characters;
    }

    private static object? ToNumber(CallArguments a)
    {
        if (JmesValue.TypeOf(a.Values[0]) == "number") return a.Values[0];
        if (a.Values[0] is not string text) return null;
        a.Evaluation.ChargeParsed(text.Length);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number : null;
    }

    private static object? Zip(CallArguments a)
    {
        var arrays = a.Values.Select((_, i) => a.GetArray(i)).ToList();
        var rows = Enumerable.Range(0, arrays.Min(array => array.Count)).Select(i => (object?)arrays.ConvertAll(array => array[i]));
        a.Evaluation.Charge((long)arrays.Min(array => array.Count) * arrays.Count);
        return rows.ToList();
    }

    private static object? Extreme(CallArguments a, List<object?> items, Func<object?, object?> by, int sign)
    {
        if (items.Count == 0) return null;
        var keys = a.SelectKeys(items, by);
        var best = 0;
        for (var i = 1; i < items.Count; i++)
        {
            if (CallArguments.Compare(keys[i], keys[best]) * sign > 0) best = i;
        }

        return items[best];
    }

    private static object? Sort(CallArguments a, List<object?> items, Func<object?, object?> by)
    {
        var keys = a.SelectKeys(items, by);
        a.Evaluation.Charge((long)items.Count * (long)Math.Log2(items.Count + 1));
        return Enumerable.Range(0, items.Count)
            .Order(Comparer<int>.Create((x, y) => CallArguments.Compare(keys[x], keys[y]) is var c && c != 0 ? c : x.CompareTo(y)))
                .Select(i => items[i]).ToList();
    }
}
