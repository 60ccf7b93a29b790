using System.Globalization;

namespace Serverless.JmesPath;

/// <summary>
/// Bounds an expression before it is parsed. Each operator may nest the tree by one, and whoever walks the tree needs the stack for that:
/// an overflow would end the process, whatever was caught.
/// </summary>
internal static class ExpressionLimits
{
    public const int MaxLength = 4_000;
    public const int MaxOperators = 500;

    /// <summary>The fault of a text that is too long or has too many operators; null when it has neither.</summary>
    public static string? FindFault(string text)
    {
        if (text.Length > MaxLength)
            return string.Create(
                CultureInfo.InvariantCulture, $"The expression has {text.Length} characters; at most {MaxLength} are allowed.");
        var operators = CountOperators(text);
        return operators > MaxOperators
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The expression has {operators} operators, dots and brackets; at most {MaxOperators} are allowed.")
            : null;
    }

    private static int CountOperators(string text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\'' or '"' or '`') i = EndOfQuote(text, i);
            else if (!char.IsWhiteSpace(c) && !char.IsAsciiLetterOrDigit(c) && c != '_') count++;
        }

        // Words that nest, too.
        return count + text.Split("let ").Length - 1;
    }

    // Without an end, the rest is no expression: the parser says so.
    private static int EndOfQuote(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == text[start]) return i;
        }

        return text.Length;
    }
}
