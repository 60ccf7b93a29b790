using System.Globalization;

namespace Serverless.Csv.Schema;

/// <summary>The sizes that a table may have: Frictionless' <c>table-dimensions</c>. Null is no bound.</summary>
internal sealed record TableDimensions(
    long? NumRows = null, long? MinRows = null, long? MaxRows = null, long? NumFields = null, long? MinFields = null,
    long? MaxFields = null)
{
    /// <summary>Says what is wrong with a number of records; null when nothing is.</summary>
    public string? FindRowsFault(long rows) => Find(rows, "records", NumRows, MinRows, MaxRows);

    /// <summary>Says what is wrong with a number of columns; null when nothing is.</summary>
    public string? FindFieldsFault(long fields) => Find(fields, "columns", NumFields, MinFields, MaxFields);

    private static string? Find(long found, string what, long? exactly, long? min, long? max)
    {
        if (exactly is { } count && found != count) return Say("exactly", count);
        if (found < min) return Say("at least", min.Value);
        return found > max ? Say("at most", max.Value) : null;

        string Say(string bound, long number) => string.Create(
            CultureInfo.InvariantCulture, $"The table has {found} {what}, and table-dimensions of x-checks asks for {bound} {number}.");
    }
}
