using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>Characters that XML cannot hold, as a workbook writes them: <c>_x000D_</c>.</summary>
internal static partial class CellEscapes
{
    public static string Decode(string text) =>
        text.Contains("_x", StringComparison.Ordinal)
            ? Escape()
                .Replace(
                    text,
                    m => ((char)ushort.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())
                        : text;

    [GeneratedRegex("_x([0-9A-Fa-f]{4})_", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
