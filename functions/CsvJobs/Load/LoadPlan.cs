using System.Text.Json.Serialization;
using Serverless.Csv.Values;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// The types that a column's values are sent in: types wide enough for what a schema allows. What the table's own allow is checked there.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<StagedType>))]
internal enum StagedType
{
    WholeNumber,
    Year,
    Numeric,
    Bool,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Text,
}

/// <summary>A column of the load, in the order of the schema's fields.</summary>
/// <param name="Name">Its name, in the file and in the table.</param>
/// <param name="Type">How it is sent.</param>
/// <param name="Field">What the schema says it is.</param>
/// <param name="Cast">What it has to be cast to where an assignment would not; empty mostly.</param>
/// <param name="IsMasked">Its values are hidden: no message may show them.</param>
internal sealed record LoadColumn(string Name, StagedType Type, FieldType Field, string Cast, bool IsMasked = false);

/// <summary>A rule for rows that is no matter of their schema.</summary>
/// <param name="Column">The column at fault; empty for several.</param>
/// <param name="Message">What a row that fails is told.</param>
/// <param name="Condition">True for rows that fail; <c>s</c> is the row.</param>
/// <param name="Repeats">Columns of which a row with values of an earlier one fails; empty when it is the condition that decides.</param>
/// <param name="Constraint">The table's constraint that is checked; empty for what a column demands.</param>
/// <param name="NullsAreAlike">Missing values repeat each other, too.</param>
internal sealed record LoadCheck(
    string Column, string Message, string Condition, IReadOnlyList<string> Repeats, string Constraint = "", bool NullsAreAlike = false);

/// <summary>A load as it was planned when the file was inspected.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Connection">The name of the connection string.</param>
/// <param name="Schema">The table's schema.</param>
/// <param name="Table">The table.</param>
/// <param name="Mode">What becomes of the rows it has.</param>
/// <param name="Key">The columns that name a row.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Checks">What rows must meet.</param>
/// <param name="IsMade">
/// The table is made by this load, with <paramref name="Key"/> as its primary key: rows are written once, into a table that gets its name
/// at the end.
/// </param>
/// <param name="NullsAreAlike">Rows whose key has missing values overwrite each other, too.</param>
/// <param name="RefersToItself">Rows refer to others of the table, which must be there by the end of the statement.</param>
internal sealed record LoadPlan(
    string Job, string Connection, string Schema, string Table, LoadMode Mode, IReadOnlyList<string> Key, IReadOnlyList<LoadColumn> Columns,
    IReadOnlyList<LoadCheck> Checks, bool IsMade = false, bool NullsAreAlike = false, bool RefersToItself = false)
{
    /// <summary>The record's number within its range: what a row is known by until it is in the table.</summary>
    internal const string RowColumn = "serverless_row";

    /// <summary>The place of a row's range among all.</summary>
    internal const string RangeColumn = "serverless_range";

    [JsonIgnore]
    internal QualifiedName Target => new(Schema, Table);

    [JsonIgnore]
    internal string Prefix => LoadTables.PrefixOf(Job);
}
