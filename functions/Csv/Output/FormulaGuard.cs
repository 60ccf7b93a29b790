using System.Buffers.Text;

namespace Serverless.Csv.Output;

/// <summary>
/// Finds the texts that a spreadsheet would run as a formula, by the first characters that
/// <see href="https://owasp.org/www-community/attacks/CSV_Injection">OWASP lists</see>.
/// </summary>
internal static class FormulaGuard
{
    public static bool IsFormula(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return false;
        return text[0] switch
        {
            (byte)'=' or (byte)'@' or (byte)'\t' or (byte)'\r' or (byte)'\n' => true,
            (byte)'+' or (byte)'-' => !IsNumber(text[1..]),
            0xEF => IsFullWidth(text),
            _ => false,
        };
    }

    // Where these are typed, spreadsheets take ＝, ＋, － and ＠ as their ASCII counterparts.
    private static bool IsFullWidth(ReadOnlySpan<byte> text) =>
        text.StartsWith("＝"u8) || text.StartsWith("＋"u8) || text.StartsWith("－"u8) || text.StartsWith("＠"u8);

    private static bool IsNumber(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && (char.IsAsciiDigit((char)text[0]) || text[0] == '.')
        && Utf8Parser.TryParse(text, out double _, out var read) && read == text.Length;
}
