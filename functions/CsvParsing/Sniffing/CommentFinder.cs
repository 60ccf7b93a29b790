namespace Serverless.CsvParsing.Sniffing;

/// <summary>Tells comments from records that start with the same character.</summary>
internal static class CommentFinder
{
    public const string Mark = "#";

    /// <summary>
    /// The number of fields of the records, where the lines with the mark that have another number of them are surely comments: the file
    /// starts with
    /// one, or one of them reads as a sentence, and in a table of one column none can be told.
    /// </summary>
    /// <param name="with">The sample with those lines as records.</param>
    /// <param name="without">The sample without them.</param>
    public static int? FindColumns(SampledRecords with, SampledRecords without)
    {
        if (without.Table.Count == 0 || without.Judge([]).Columns is not (> 1 and var columns)) return null;

        var marked = with.Records.Where(IsMarked).Where(r => r.Length != columns).ToList();
        if (marked.Count == 0) return null;
        var first = with.Records[0];
        var isFirst = IsMarked(first) && first.Length != columns && (first.Length == 1 || IsSentence(first));
        return isFirst || marked.TrueForAll(IsSentence) ? columns : null;
    }

    private static bool IsMarked(SampledCell[] record) => !record[0].IsQuoted && record[0].Text.AsSpan().StartsWith("#"u8);

    private static bool IsSentence(SampledCell[] record) =>
        record[0].Text.AsSpan().StartsWith("# "u8) || record[0].Text.AsSpan().StartsWith("##"u8);
}
