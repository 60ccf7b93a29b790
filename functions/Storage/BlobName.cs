using System.Diagnostics.CodeAnalysis;

namespace Serverless.Storage;

/// <summary>A blob as requests name it: <c>container/path</c>.</summary>
internal sealed record BlobName(string Container, string Path)
{
    // 1,024 characters are Azure's limit for a name; what a job appends below processed/ has to fit as well.
    private const int MaxPath = 900;

    /// <inheritdoc/>
    public override string ToString() => $"{Container}/{Path}";

    /// <summary>The name of a blob that is there, as the app writes it.</summary>
    public static BlobName Split(string text) =>
        text.Split('/', 2) is [var container, var path] ? new(container, path) : throw new FormatException($"'{text}' is no blob's name.");

    /// <summary>Reads a name that must lie in one of the given containers.</summary>
    /// <param name="text">The name as it was given.</param>
    /// <param name="containers">The containers that are allowed.</param>
    /// <param name="name">The name, when there is no fault.</param>
    /// <param name="fault">What is wrong, as a sentence for the caller.</param>
    public static bool TryParse(
        string? text, ReadOnlySpan<string> containers, [NotNullWhen(true)] out BlobName? name, [NotNullWhen(false)] out string? fault)
    {
        name = null;
        fault = null;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash <= 0 || !containers.Contains(text![..slash]))
        {
            fault = $"Must be a blob's name that starts with {string.Join(" or ", containers.ToArray().Select(c => $"\"{c}/\""))}.";
            return false;
        }

        var path = text[(slash + 1)..];
        fault = FindFault(path);
        if (fault is not null) return false;
        name = new BlobName(text[..slash], path);
        return true;
    }

    private static string? FindFault(string path)
    {
        if (path.Length == 0) return "The path after the container is empty.";
        if (path.Length > MaxPath) return $"The path is {path.Length} characters long; at most {MaxPath} are allowed.";
        if (path.Any(c => char.IsControl(c) || char.IsSurrogate(c) && !IsPaired(path)))
            return "The path holds control characters or broken Unicode.";
        if (path.Contains('\\', StringComparison.Ordinal)) return "The path holds a backslash; use \"/\".";
        var segments = path.Split('/');
        if (segments.Any(s => s.Length == 0)) return "The path has an empty segment.";
        if (segments.Any(s => s.Trim('.', ' ').Length == 0 || s.EndsWith('.')))
            return "A segment of the path is \".\" or \"..\", is blank, or ends with a dot.";
        return null;
    }

    private static bool IsPaired(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (!char.IsSurrogate(path[i])) continue;
            if (i + 1 == path.Length || !char.IsSurrogatePair(path[i], path[i + 1])) return false;
            i++;
        }

        return true;
    }
}
