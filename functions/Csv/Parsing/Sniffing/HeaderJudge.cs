namespace Serverless.Csv.Parsing;

/// <summary>Tells whether a file's first record names its columns.</summary>
internal static class HeaderJudge
{
    /// <summary>
    /// Every column votes. Where all cells below are of one kind other than text, a first cell of that kind is a value and one of text is
    /// a name; in a column of text, a first cell that comes again below is a value. Without a majority it is a header, unless one of its
    /// cells is a number, date or boolean, or all are empty.
    /// </summary>
    public static bool HasHeader(IReadOnlyList<SampledCell[]> records)
    {
        if (records.Count == 0) return true;

        var first = records[0];
        var votes = 0;
        for (var column = 0; column < first.Length; column++) votes += Vote(first[column], records.Skip(1).Where(r => r.Length > column).Select(r => r[column]));
        if (votes != 0) return votes > 0;

        return first.All(c => c.Kind is CellKind.Text or CellKind.Empty) && first.Any(c => c.Kind == CellKind.Text);
    }

    private static int Vote(SampledCell first, IEnumerable<SampledCell> below)
    {
        var cells = below.Where(c => c.Kind != CellKind.Empty).ToList();
        if (cells.Count == 0 || first.Kind == CellKind.Empty) return 0;

        var kind = cells.TrueForAll(c => c.Kind == cells[0].Kind) ? cells[0].Kind : CellKind.Text;
        if (kind != CellKind.Text) return first.Kind == kind ? -1 : first.Kind == CellKind.Text ? 1 : 0;
        return cells.Exists(c => c.Text.AsSpan().SequenceEqual(first.Text)) ? -1 : 0;
    }
}
