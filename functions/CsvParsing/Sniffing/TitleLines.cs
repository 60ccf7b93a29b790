using System.Text;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>Finds where a table starts that has a title, an account or other lines above its header.</summary>
internal static class TitleLines
{
    private const int MaxRecords = 50;
    private const double MinShare = 0.7;

    /// <summary>The index of the header's record; 0 where the table starts at once, or where it does cannot be said for sure.</summary>
    /// <param name="records">All records, those above the header as well.</param>
    /// <param name="blankBefore">Which of them stand behind a blank line.</param>
    /// <param name="labels">What the columns are called, where that is known.</param>
    public static int FindHeader(IReadOnlyList<SampledCell[]> records, IReadOnlyList<bool> blankBefore, IReadOnlyList<string>? labels)
    {
        for (var i = 0; labels is not null && i < Math.Min(records.Count, MaxRecords); i++)
        {
            if (records[i].Select(c => Encoding.UTF8.GetString(c.Text)).SequenceEqual(labels)) return i;
        }

        // Most records of a table have its width, whatever stands above.
        if (records.Where(r => r.Length > 1).CountBy(r => r.Length).OrderByDescending(c => c.Value).ThenByDescending(c => c.Key)
            .FirstOrDefault() is not { Key: > 1 } width) return 0;
        if (records[0].Length == width.Key) return FindBehindBlankLine(records, blankBefore, width.Key);

        var start = 0;
        while (start < Math.Min(records.Count, MaxRecords) && records[start].Length != width.Key) start++;
        if (start + 1 >= records.Count || start == MaxRecords || !IsTable(records, start)) return 0;
        return IsHeader(records, start) || IsLikelyHeader(records, start) ? start : 0;
    }

    // Lines of names and values above a table of two columns have its width.
    private static int FindBehindBlankLine(IReadOnlyList<SampledCell[]> records, IReadOnlyList<bool> blankBefore, int width)
    {
        if (IsHeader(records, 0)) return 0;
        for (var i = 1; i < Math.Min(records.Count - 1, MaxRecords); i++)
        {
            if (!blankBefore[i] || records[i].Length != width || !IsTable(records, i) || !IsHeader(records, i)) continue;

            // What stands above may be a table, too: then it is the file's.
            return IsHeader([.. records.Take(i)], 0) ? 0 : i;
        }

        return 0;
    }

    private static bool IsTable(IReadOnlyList<SampledCell[]> records, int start) =>
        records.Skip(start).Count(r => r.Length == records[start].Length) >= MinShare * (records.Count - start);

    /// <summary>Names stand above values: in a column at least, and in none a value of its kind.</summary>
    private static bool IsHeader(IReadOnlyList<SampledCell[]> records, int start)
    {
        var names = 0;
        for (var column = 0; column < records[start].Length; column++)
        {
            if (KindBelow(records, start, column) is not { } kind) continue;
            if (records[start][column].Kind == kind) return false;
            if (records[start][column].Kind == CellKind.Text) names++;
        }

        return names > 0;
    }

    // All is text, so only the shape speaks: titles of one cell, over a table that is longer and wider than they are.
    private static bool IsLikelyHeader(IReadOnlyList<SampledCell[]> records, int start)
    {
        var width = records[start].Length;
        if (records.Count - start <= Math.Max(2, start) || (width == 2 && start > 1)) return false;
        for (var i = 0; i < start; i++)
        {
            if (records[i].Length > 1) return false;
        }

        return records.Skip(start).All(r => r.Length == width && !r.Skip(1).Any(c => c.Text is [(byte)' ', ..]))
            && records[start].All(c => c.Kind == CellKind.Text) && Enumerable.Range(0, width)
                .All(c => KindBelow(records, start, c) is null);
    }

    // A few stray words do not make a column of numbers one of text.
    private static CellKind? KindBelow(IReadOnlyList<SampledCell[]> records, int start, int column)
    {
        var cells = records.Skip(start + 1).Where(r => r.Length == records[start].Length && r[column].Kind != CellKind.Empty)
            .Select(r => r[column].Kind).ToList();
        if (cells.Count == 0) return null;
        var usual = cells.CountBy(k => k).MaxBy(c => c.Value);
        return usual.Key != CellKind.Text && usual.Value >= MinShare * cells.Count ? usual.Key : null;
    }
}
