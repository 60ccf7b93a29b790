using System.Buffers.Text;

namespace Serverless.Csv.Output;

/// <summary>Finds the texts that a spreadsheet would run as a formula.</summary>
internal static class FormulaGuard
{
    public static bool IsFormula(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !"=+-@\t\r"u8.Contains(text[0])) return false;
        return text[0] is not ((byte)'+' or (byte)'-') || !IsNumber(text[1..]);
    }

    private static bool IsNumber(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && (char.IsAsciiDigit((char)text[0]) || text[0] == '.')
        && Utf8Parser.TryParse(text, out double _, out var read) && read == text.Length;
}
