using System.Globalization;
using Serverless.Csv.Values;

namespace Serverless.Csv.Schema;

/// <summary>Fields match columns by position; a header must then say the same names.</summary>
internal static class HeaderMatcher
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
}
