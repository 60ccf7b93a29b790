using System.Diagnostics.CodeAnalysis;
using System.Text;
using DevLab.JmesPath;

namespace Serverless.JmesPath;

/// <summary>Reads expressions, within their limits.</summary>
internal static class ExpressionParser
{
    private const int MaxQuoted = 200;

    /// <summary>Reads an expression.</summary>
    /// <param name="text">JMESPath.</param>
    /// <param name="tree">The expression.</param>
    /// <param name="fault">What is wrong, as a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JmesNode? tree, [NotNullWhen(false)] out string? fault)
    {
        tree = null;
        fault = ExpressionLimits.FindFault(text);
        if (fault is not null) return false;
        var builder = new TreeBuilder();
        try
        {
            Parser.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text)), Encoding.UTF8, builder);
            tree = builder.Tree;
            return true;
        }
        catch (ExpressionException e)
        {
            fault = $"Is no JMESPath expression: {e.Message}";
        }
#pragma warning disable CA1031 // The parser throws plain exceptions, and whatever a wrong form leads it to.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault =
                $"Is no JMESPath expression: " +
                $"{(e.GetType() == typeof(Exception) ? Shorten(e.Message.ReplaceLineEndings(" ").Trim()) : "it cannot be read.")}";
        }

        return false;
    }

    /// <summary>A text as it is quoted in a sentence.</summary>
    public static string Shorten(string text) => text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
}
