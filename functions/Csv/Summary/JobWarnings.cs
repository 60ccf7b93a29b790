using System.Globalization;
using Serverless.Csv.Values;

namespace Serverless.Csv.Summary;

/// <summary>Says it when a job came to its end and hardly did what was wanted, and what probably is wrong.</summary>
internal static class JobWarnings
{
    private const double MinShareOfMany = 0.06;

    public static IReadOnlyList<string> Of(ChunkStatistics statistics, InferenceSummary? inference)
    {
        if (statistics.Rows == 0)
            return [statistics.Columns.Count == 0
                ? "The file is empty: there is no record in it." : "The file has no records: there is nothing behind its header."];

        var warnings = new List<string>();
        if (2 * statistics.Rejected > statistics.Rows) warnings.Add(RejectedOverHalf(statistics, inference is not null));
        else if (IsMany(statistics.CountsByCode.GetValueOrDefault(ErrorCodes.EncodingError), statistics))
            warnings.Add(OtherEncoding(statistics));
        else if (inference is not null && IsMany(statistics.CountsByCode.GetValueOrDefault(ErrorCodes.TypeError), statistics))
            warnings.Add(OtherTypes(statistics));
        if (inference is not null && statistics.Columns.All(c => c.Type == FieldType.String))
            warnings.Add(NothingChecked(statistics, inference));
        warnings.AddRange((statistics.Deviations ?? []).Where(d => d.Count > 0).Select(Deviated));
        return warnings;
    }

    private static string Deviated(Deviation deviation)
    {
        var first = string.Join(
            ", ", deviation.First.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Value} in record {f.Row}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{deviation.Count:N0} {(deviation.Count == 1 ? "value lies" : "values lie")} far from the average of \"{deviation.Field}\", " +
            $"outside of {deviation.Lowest} to {deviation.Highest}, and may be wrong: {first}" +
            $"{(deviation.Count > deviation.First.Count ? ", and others" : "")}.");
    }

    // The sample that told encoding and types allows for less than this.
    private static bool IsMany(long count, ChunkStatistics statistics) => count > MinShareOfMany * statistics.Rows;

    private static string OtherEncoding(ChunkStatistics statistics) => string.Create(
        CultureInfo.InvariantCulture,
        $"{statistics.CountsByCode[ErrorCodes.EncodingError]:N0} of {statistics.Rows:N0} records hold bytes that the file's encoding " +
        $"does not have; probably it has another one, such as windows-1252: give the encoding.");

    private static string OtherTypes(ChunkStatistics statistics)
    {
        var field = statistics.Reasons.First(r => r.Code == ErrorCodes.TypeError).Field;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{statistics.CountsByCode[ErrorCodes.TypeError]:N0} of {statistics.Rows:N0} records have values of another type than was " +
            $"inferred, most of them in \"{field}\"; probably the file changes where it was not sampled: mend the " +
            $"inferred schema.json and give it back.");
    }

    private static string RejectedOverHalf(ChunkStatistics statistics, bool isInferred)
    {
        var (code, count) = statistics.CountsByCode.First();
        var reason = statistics.Reasons[0];
        var cause = code switch
        {
            ErrorCodes.MissingCell or ErrorCodes.ExtraCell => isInferred
                ? "probably the delimiter or the quote was not found, or lines before the header are no records: give the delimiter, or " +
                    "mend the file"
                : "probably the schema is that of another file, or the delimiter was not found",
            ErrorCodes.EncodingError => "probably the encoding was not found: give the encoding",
            ErrorCodes.UnclosedQuote => "probably the quote is another one: give the quote",
            ErrorCodes.BlankRow => "most lines are blank",
            ErrorCodes.UniqueError or ErrorCodes.PrimaryKey => "probably the key is not one",
            _ => isInferred
                ? "probably the file changes further down: mend the inferred schema.json and give it back"
                    : "probably the schema is that of another file, or writes its values otherwise",
        };
        var field = reason.Code == code && reason.Field.Length > 0 ? $" in \"{reason.Field}\"" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{statistics.Rejected:N0} of {statistics.Rows:N0} records were rejected, {count:N0} of them with {code}{field}; {cause}.");
    }

    private static string NothingChecked(ChunkStatistics statistics, InferenceSummary inference)
    {
        if (inference.Columns is [var only])
        {
            return $"The file has one column, and it is text{(only.Remark is null ? "" : $" ({only.Remark})")}: if it should have " +
                $"several, give the delimiter; if it should be checked, give a schema.";
        }

        const string advice = "give a schema, or edit schema.json and give it back, if there are numbers or dates among them";
        var remarks = inference.Columns.Where(c => c.Remark is not null).Take(3).Select(c => $"\"{c.Name}\": {c.Remark}").ToList();
        var columns = string.Create(CultureInfo.InvariantCulture, $"All {statistics.Columns.Count} columns are text");
        return $"{columns}, so that no value was checked{(remarks.Count > 0 ? $" ({string.Join("; ", remarks)})" : "")}; {advice}.";
    }
}
