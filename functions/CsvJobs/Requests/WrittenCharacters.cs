using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.CsvJobs.Requests;

/// <summary>Characters that are hard to type, written as shells, JSON and Hive write them.</summary>
internal static partial class WrittenCharacters
{
    /// <summary>
    /// The text that was meant: <c>tab</c>, <c>\t</c>, <c>\x01</c>, <c>\u0001</c> and <c>\001</c> stand for one character.
    /// </summary>
    public static string Read(string text) => string.Equals(text, "tab", StringComparison.OrdinalIgnoreCase)
        ? "\t"
        : Written().Replace(text, match => match.Value switch
        {
            "\\t" => "\t",
            ['\\', 'x' or 'u', .. var digits] =>
                ((char)int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString(),
            _ => ((char)Convert.ToInt32(match.Value[1..], 8)).ToString(),
        });

    [GeneratedRegex(@"\\t|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[0-3][0-7]{2}")]
    private static partial Regex Written();
}
