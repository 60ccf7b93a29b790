using System.Globalization;

namespace Serverless.Email.Templates;

/// <summary>
/// Bounds a template before it is parsed: tags inside tags, and operators inside a tag, nest the parser's own calls, and an overflow of the
/// stack would end the process.
/// </summary>
internal static class TemplateLimits
{
    public const int MaxLength = 1 << 20;
    public const int MaxTags = 2_000;
    public const int MaxNesting = 50;
    public const int MaxTagLength = 4_000;
    public const int MaxOperators = 100;

    private static readonly HashSet<string> Blocks = new(StringComparer.Ordinal) { "if", "unless", "for", "case", "capture", "tablerow" };

    // What they hold is no Liquid.
    private static readonly HashSet<string> Verbatim = new(StringComparer.Ordinal) { "raw", "comment", "doc" };

    /// <summary>The fault of a text, as a sentence; null when it has none.</summary>
    public static string? FindFault(string text)
    {
        if (text.Length > MaxLength) return Say($"has {text.Length} characters; at most {MaxLength} are allowed");
        var (tags, depth) = (0, 0);
        for (var at = Next(text, 0); at >= 0; at = Next(text, at))
        {
            if (++tags > MaxTags) return Say($"has more than {MaxTags} tags");
            var isTag = text[at + 1] == '%';
            var name = isTag ? Name(text, at + 2) : "";
            var end = End(text, at + 2, isTag ? "%}" : "}}", quotes: name is not "#");
            var tag = text.AsSpan(at + 2, end - at - 2);
            if (tag.Length > MaxTagLength && !Verbatim.Contains(name))
                return Say($"has a tag of {tag.Length} characters; at most {MaxTagLength} are allowed");
            if (Operators(tag) > MaxOperators) return Say($"has a tag with more than {MaxOperators} operators and brackets");
            if (name == "ifchanged") return "uses the tag ifchanged, which is not offered";
            at = end;
            if (Verbatim.Contains(name)) at = EndOfVerbatim(text, end, name);
            else if (Blocks.Contains(name) && ++depth > MaxNesting) return Say($"nests tags more than {MaxNesting} deep");
            else if (name.StartsWith("end", StringComparison.Ordinal)) depth = Math.Max(0, depth - 1);
        }

        return null;
    }

    private static int Next(string text, int from)
    {
        for (var at = text.IndexOf('{', Math.Min(from, text.Length)); at >= 0 && at + 1 < text.Length; at = text.IndexOf('{', at + 1))
        {
            if (text[at + 1] is '%' or '{') return at;
        }

        return -1;
    }

    private static string Name(string text, int from)
    {
        while (from < text.Length && (char.IsWhiteSpace(text[from]) || text[from] == '-')) from++;
        if (from < text.Length && text[from] == '#') return "#";
        var end = from;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        return text[from..end];
    }

    // A tag that has no end has all of the rest: the parser tries to read it.
    private static int End(string text, int from, string mark, bool quotes)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (quotes && text[i] is '\'' or '"' && text.IndexOf(text[i], i + 1) is var close and > 0) i = close;
            else if (text.AsSpan(i).StartsWith(mark, StringComparison.Ordinal)) return i;
        }

        return text.Length;
    }

    private static int EndOfVerbatim(string text, int from, string name)
    {
        for (var at = text.IndexOf("{%", from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(
            "{%", at + 2, StringComparison.Ordinal))
        {
            if (Name(text, at + 2) == "end" + name) return at;
        }

        return text.Length;
    }

    private static int Operators(ReadOnlySpan<char> tag)
    {
        var count = 0;
        foreach (var word in tag.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "and" or "or" or "contains") count++;
            foreach (var c in word)
            {
                if (c is '[' or '(' or '|' or ',' or '=' or '<' or '>' or '!') count++;
            }
        }

        return count;
    }

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
