using System.Buffers;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>The look of a cell at a glance, whatever its locale.</summary>
internal enum CellKind
{
    Empty,
    Text,
    Number,
    Date,
    Boolean,
}

/// <summary>Classes cells.</summary>
internal static class CellKinds
{
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789.,+-eE%"u8);
    private static readonly SearchValues<byte> DateBytes = SearchValues.Create("0123456789-/.:TZ+ "u8);

    public static CellKind Of(ReadOnlySpan<byte> cell)
    {
        cell = cell.Trim((byte)' ');
        if (cell.IsEmpty) return CellKind.Empty;
        if (cell.SequenceEqual("true"u8) || cell.SequenceEqual("false"u8) || cell.SequenceEqual("TRUE"u8) || cell.SequenceEqual("FALSE"u8)
            || cell.SequenceEqual("True"u8) || cell.SequenceEqual("False"u8)) return CellKind.Boolean;
        if (!cell.ContainsAnyInRange((byte)'0', (byte)'9')) return CellKind.Text;
        if (cell[0] is (byte)'e' or (byte)'E' or (byte)'T' or (byte)'Z') return CellKind.Text;
        if (!cell.ContainsAnyExcept(NumberBytes) && !LooksLikeDate(cell)) return CellKind.Number;
        return !cell.ContainsAnyExcept(DateBytes) ? CellKind.Date : CellKind.Text;
    }

    /// <summary>Two separators of a kind between digits, as in 2024-05-01 or 1.5.2024.</summary>
    private static bool LooksLikeDate(ReadOnlySpan<byte> cell) =>
        char.IsAsciiDigit((char)cell[0]) && (cell.Count((byte)'-') == 2 || (cell.Count((byte)'.') == 2 && !cell.Contains((byte)',')));
}
