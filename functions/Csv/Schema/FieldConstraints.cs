using System.Text.RegularExpressions;

namespace Serverless.Csv.Schema;

/// <summary>The rules that a column's values must meet. Values stand here in canonical form, whatever the field's format is.</summary>
internal sealed record FieldConstraints
{
    public static FieldConstraints None { get; } = new();

    /// <summary>A missing value is a fault. Default: false.</summary>
    public bool Required { get; init; }

    /// <summary>No two records have the same value; missing ones do not count. Default: false.</summary>
    public bool Unique { get; init; }

    /// <summary>The fewest characters (code points).</summary>
    public int? MinLength { get; init; }

    /// <summary>The most characters (code points).</summary>
    public int? MaxLength { get; init; }

    /// <summary>The smallest value, inclusive.</summary>
    public string? Minimum { get; init; }

    /// <summary>The largest value, inclusive.</summary>
    public string? Maximum { get; init; }

    /// <summary>All values are larger. Never beside <see cref="Minimum"/>.</summary>
    public string? ExclusiveMinimum { get; init; }

    /// <summary>All values are smaller. Never beside <see cref="Maximum"/>.</summary>
    public string? ExclusiveMaximum { get; init; }

    /// <summary>The expression that a whole value must match, as the schema has it.</summary>
    public string? Pattern { get; init; }

    /// <summary>The only values allowed; null when all are.</summary>
    public IReadOnlyList<string>? Enum { get; init; }

    /// <summary>The constraints' JSON as it was read: in the field's own notation, in which it can be read again.</summary>
    internal string? Source { get; init; }

    /// <summary>A pattern is matched in time linear to the text, so that no pattern or cell can hang a chunk.</summary>
    /// <exception cref="ArgumentException">It is no expression.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking: look-around, back references, atomic groups.</exception>
    internal static Regex Compile(string pattern)
    {
        const RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

        // On its own first: "a)|(b" is only sound between the brackets around it.
        _ = new Regex(pattern, options);
        return new($@"\A(?:{pattern})\z", options);
    }
}
