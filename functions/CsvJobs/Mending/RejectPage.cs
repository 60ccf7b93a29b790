using Serverless.Csv.Schema;

namespace Serverless.CsvJobs.Mending;

/// <summary>A page of a job's rejects.</summary>
/// <param name="Columns">The columns in the order in which the file has them.</param>
/// <param name="Rejects">In the order of the file.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
/// <param name="Refusal">Why they cannot be mended; null when they can.</param>
/// <param name="Count">How many there are from the page's beginning on; null when it was not asked for.</param>
/// <param name="IsExact">False when there may be more than were counted.</param>
internal sealed record RejectPage(
    IReadOnlyList<string> Columns, IReadOnlyList<RejectedRecord> Rejects, string? Next, string? Refusal, long? Count, bool IsExact);

/// <summary>A record that was refused.</summary>
/// <param name="Row">Its number in the file.</param>
/// <param name="Line">The line where it starts.</param>
/// <param name="Field">The column of its first fault; empty when the fault is the record's.</param>
/// <param name="Code">The fault's code.</param>
/// <param name="Message">The fault.</param>
/// <param name="Raw">Its text.</param>
/// <param name="Values">Its values; null when the text is not one record, or nothing is known of how the file was read.</param>
/// <param name="File">The file that it is in; null where there is one.</param>
internal sealed record RejectedRecord(
    long Row, long Line, string Field, string Code, string Message, string Raw, IReadOnlyList<string>? Values, string? File = null);

/// <summary>Which rejects are meant; what is null means any.</summary>
/// <param name="Field">The column of the fault.</param>
/// <param name="Code">The code of the fault.</param>
/// <param name="Value">The value in that column.</param>
internal sealed record RejectFilter(string? Field, string? Code, string? Value)
{
    /// <summary>True when a reject is meant.</summary>
    /// <param name="reject">Stands on it.</param>
    /// <param name="schema">The schema, whose columns are in the order of the file.</param>
    /// <param name="raws">Reads its text; null when nothing can.</param>
    public bool Fits(RejectReader reject, TableSchema schema, RawRecords? raws)
    {
        var (field, code, _) = reject.Fault;
        if ((Code is not null && code != Code) || (Field is not null && field != Field)) return false;
        if (Value is null) return true;
        return reject.Raw is var raw && raw.Contains(Value, StringComparison.Ordinal) && raws?.ParseValues(raw) is { } values
            && schema.Fields.TakeWhile(f => f.Name != Field).Count() is var place && place < values.Length && values[place] == Value;
    }
}
