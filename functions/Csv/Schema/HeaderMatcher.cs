using System.Globalization;
using Serverless.Csv.Cleaning;

namespace Serverless.Csv.Schema;

/// <summary>Fields match columns by position; a header must then say the same names.</summary>
public static class HeaderMatcher
{
    /// <summary>Everything in which a header differs from the schema's names; letter case counts.</summary>
    public static IReadOnlyList<HeaderFault> Match(TableSchema schema, IReadOnlyList<string> labels)
    {
        var faults = new List<HeaderFault>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Max(labels.Count, schema.Fields.Count); i++)
        {
            var label = i < labels.Count ? labels[i] : null;
            var name = i < schema.Fields.Count ? schema.Fields[i].Name : null;
            var repeated = !string.IsNullOrWhiteSpace(label) && !seen.Add(label);
            if (Check(label, name, repeated) is not var (code, message)) continue;
            faults.Add(new(code, i + 1, string.Create(CultureInfo.InvariantCulture, $"column {i + 1}: {message}")));
        }

        return faults;
    }

    /// <summary>Names for a file without a schema: a blank label becomes <c>field3</c>, a repeated one <c>name_2</c>.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<string> labels)
    {
        // What stands once in the file keeps its name, so a made name must not collide with it.
        var taken = new HashSet<string>(labels.Select(l => l.Trim()), StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var names = new string[labels.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var label = labels[i].Trim();
            names[i] = label.Length == 0
                ? Free(taken, string.Create(CultureInfo.InvariantCulture, $"field{i + 1}"))
                : seen.Add(label) ? label : Numbered(taken, label);
        }

        return names;
    }

    /// <summary>Names for a file without a header: <c>field1</c>, <c>field2</c>, ...</summary>
    /// <param name="count">The number of columns.</param>
    public static IReadOnlyList<string> Names(int count) => Names([.. Enumerable.Repeat("", count)]);

    private static (string Code, string Message)? Check(string? label, string? name, bool repeated) => (label, name) switch
    {
        (null, _) => (ErrorCodes.MissingLabel, $"expected the label \"{name}\", found the header's end"),
        (_, null) => (ErrorCodes.ExtraLabel, $"expected the header's end, found the label {Quote(label)}"),
        _ when label == name => null,
        _ when string.IsNullOrWhiteSpace(label) => (ErrorCodes.BlankLabel, $"expected the label \"{name}\", found a blank one"),
        _ when repeated => (ErrorCodes.DuplicateLabel, $"expected the label \"{name}\", found {Quote(label)} once more"),
        _ => (ErrorCodes.IncorrectLabel, $"expected the label \"{name}\", found {Quote(label)}"),
    };

    private static string Quote(string label) => $"\"{SchemaObject.Shorten(label)}\"";

    private static string Free(HashSet<string> taken, string name) => taken.Add(name) ? name : Numbered(taken, name);

    private static string Numbered(HashSet<string> taken, string name)
    {
        for (var number = 2; ; number++)
        {
            var numbered = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
            if (taken.Add(numbered)) return numbered;
        }
    }
}
