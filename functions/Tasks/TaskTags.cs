using System.Text.RegularExpressions;

namespace Serverless.Tasks;

/// <summary>The rules for tags of tasks and runs.</summary>
internal static partial class TaskTags
{
    /// <summary>The most tags of one.</summary>
    public const int MaxCount = 10;

    private const string Separator = "|";

    /// <summary>The fault of tags; null when there is none.</summary>
    public static string? FindFault(IReadOnlyList<string?>? tags)
    {
        if (tags is null) return null;
        if (tags.Count > MaxCount) return $"Give {MaxCount} at most.";
        if (!tags.All(t => t is not null && Tag().IsMatch(t))) return "Each is 1 to 64 letters, digits and . _ : -";
        return tags.Distinct(StringComparer.Ordinal).Count() < tags.Count ? "One is there twice." : null;
    }

    /// <summary>Tags as one column; null for none.</summary>
    public static string? Join(IReadOnlyList<string>? tags) => tags is { Count: > 0 } ? string.Join(Separator, tags) : null;

    /// <summary>Reads such a column.</summary>
    public static IReadOnlyList<string>? Split(string? column) => column?.Split(Separator);

    [GeneratedRegex(@"^[A-Za-z0-9._:\-]{1,64}\z")]
    private static partial Regex Tag();
}
