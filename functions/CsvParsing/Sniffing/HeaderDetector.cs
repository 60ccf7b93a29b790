using System.Globalization;
using System.Text;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>Tells whether a file's first record names its columns.</summary>
internal static class HeaderDetector
{
    // So many columns that count up in the first record, and in no other, are years, weeks or places, not values.
    private const int MinCounted = 3;

    /// <summary>
    /// It does if it says what the columns are called. Else every column votes, and a header is taken for granted: a cell speaks against it
    /// that is a value like those below, and one of text over values of another kind speaks for it. A word that comes again says nothing
    /// by itself, nor do years and dates over other values, nor records that repeat the first.
    /// </summary>
    /// <param name="records">The first records.</param>
    /// <param name="labels">What the columns are called, where that is known.</param>
    public static bool HasHeader(IReadOnlyList<SampledCell[]> records, IReadOnlyList<string>? labels)
    {
        if (records.Count == 0) return true;

        var first = records[0];
        if (labels is not null && first.Length == labels.Count && first.Zip(labels).All(pair => pair.First.Says(pair.Second))) return true;
        if (first.All(cell => cell.Kind == CellKind.Empty)) return false;

        var below = records.Skip(1).Where(record => !IsSame(record, first)).ToList();
        if (below.Count == 0) return records.Count > 1 || first.All(cell => cell.Kind is CellKind.Text or CellKind.Empty || IsPeriod(cell));
        if (CountsUp(first) && !below.Exists(CountsUp)) return true;

        var columns = first.Select((cell, column) => Vote(cell, [.. below.Where(r => r.Length > column).Select(r => r[column])])).ToList();
        var (pro, contra) = (columns.Count(vote => vote == HeaderVote.For), columns.Count(vote => vote == HeaderVote.Against));
        if (pro + contra > 0) return pro >= contra;

        // Words that all come again, in records of several of them, are those of a list.
        return columns.Count(vote => vote == HeaderVote.Recurs) is var recurring && (recurring < 2 || recurring < columns.Count);
    }

    private static HeaderVote Vote(SampledCell first, List<SampledCell> below)
    {
        below.RemoveAll(cell => cell.Kind == CellKind.Empty);
        if (below.Count == 0 || first.Kind == CellKind.Empty || IsMissing(first)) return HeaderVote.None;

        var usual = below.CountBy(cell => cell.Kind).MaxBy(count => count.Value);
        var kind = usual.Value * 10 >= below.Count * 8 ? usual.Key : CellKind.Text;
        if (kind != CellKind.Text)
        {
            if (first.Kind == CellKind.Text) return HeaderVote.For;
            return first.Kind == kind && (!IsPeriod(first) || below.TrueForAll(IsPeriod)) ? HeaderVote.Against : HeaderVote.None;
        }

        if (CellShape.IsShared(first, below)) return HeaderVote.Against;
        return below.Exists(cell => cell.Text.AsSpan().SequenceEqual(first.Text)) ? HeaderVote.Recurs : HeaderVote.None;
    }

    private static bool IsSame(SampledCell[] record, SampledCell[] first) =>
        record.Length == first.Length && record.Zip(first).All(pair => pair.First.Text.AsSpan().SequenceEqual(pair.Second.Text));

    // What programs write in the place of a value.
    private static bool IsMissing(SampledCell cell)
    {
        var text = cell.Text.AsSpan().Trim((byte)' ');
        return text.SequenceEqual("NULL"u8) || text.SequenceEqual("N/A"u8) || text.SequenceEqual("NA"u8) || text.SequenceEqual("NaN"u8)
            || text.SequenceEqual("\\N"u8) || text.SequenceEqual("-"u8) || text.SequenceEqual("null"u8) || text.SequenceEqual("#N/A"u8);
    }

    // A year, or a month or season of one: 2019, 2019-07, 07.2019, 2019-20.
    private static bool IsPeriod(SampledCell cell)
    {
        if (cell.Kind is not (CellKind.Number or CellKind.Date)) return false;
        var parts = Encoding.ASCII.GetString(cell.Text).Split('-', '.', '/');
        return parts.Length <= 2 && parts.Any(IsYear) && parts.All(part => part.Length is 1 or 2 or 4 && part.All(char.IsAsciiDigit));
    }

    private static bool IsYear(string text) =>
        text.Length == 4 && int.TryParse(text, CultureInfo.InvariantCulture, out var year) && year is >= 1500 and <= 2199;

    private static bool CountsUp(SampledCell[] record)
    {
        var numbers = record.Select(Whole).ToList();
        var start = numbers.FindIndex(number => number is not null);
        if (start < 0 || start > 3 || numbers.Count - start < MinCounted) return false;
        for (var i = start + 1; i < numbers.Count; i++)
        {
            if (numbers[i] != numbers[i - 1] + 1) return false;
        }

        return true;
    }

    private static long? Whole(SampledCell cell) =>
        cell.Kind == CellKind.Number && cell.Text.AsSpan().Trim((byte)' ').IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && long.TryParse(cell.Text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private enum HeaderVote
    {
        None,
        For,
        Against,
        Recurs,
    }
}
