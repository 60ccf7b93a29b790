using System.Globalization;

namespace Serverless.CsvParsing;

/// <summary>Names of columns, made from what a header says.</summary>
internal static class ColumnNames
{
    /// <summary>Names for a file without a schema: a blank label becomes <c>field3</c>, a repeated one <c>name_2</c>.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> labels)
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
    public static IReadOnlyList<string> Of(int count) => Of([.. Enumerable.Repeat("", count)]);

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
