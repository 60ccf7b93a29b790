namespace Serverless.CsvParsing.Sniffing;

/// <summary>The look of a text whose letters and digits are taken for any: a code, a telephone number, an address.</summary>
internal static class CellShape
{
    private const int MinCells = 2;

    /// <summary>True when a text looks like nearly all of a column: as codes with digits do, and addresses of mails and pages.</summary>
    public static bool IsShared(SampledCell text, IReadOnlyList<SampledCell> column)
    {
        Func<SampledCell, bool>? isAlike = null;
        if (text.Text.AsSpan().Contains((byte)'@')) isAlike = cell => cell.Text.AsSpan().Contains((byte)'@');
        else if (text.Text.AsSpan().IndexOf("://"u8) > 0) isAlike = cell => cell.Text.AsSpan().IndexOf("://"u8) > 0;
        else if (text.Text.AsSpan().ContainsAnyInRange((byte)'0', (byte)'9')) isAlike = cell => IsSame(text.Text, cell.Text);
        return isAlike is not null && column.Count >= MinCells && column.Count(isAlike) * 10 >= column.Count * 9;
    }

    private static bool IsSame(byte[] a, byte[] b)
    {
        if (a.Length != b.Length) return false;
        for (var i = 0; i < a.Length; i++)
        {
            if (Shape(a[i]) != Shape(b[i])) return false;
        }

        return true;
    }

    private static byte Shape(byte value) =>
        char.IsAsciiDigit((char)value) ? (byte)'9' : char.IsAsciiLetterUpper((char)value)
            ? (byte)'A' : char.IsAsciiLetterLower((char)value) ? (byte)'a' : value;
}
