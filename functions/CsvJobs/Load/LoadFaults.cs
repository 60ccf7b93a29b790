using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>Errors of a database that moves rows into a table, and their words.</summary>
internal static class LoadFaults
{
    // A trigger's message may quote anything.
    private const int MaxMessage = 500;

    // Of the classes that PostgreSQL names itself those that speak of the system, the session, the transaction or the statement: the others
    // speak of values, and so do those that triggers make up. https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static readonly HashSet<string> OtherClasses =
    [
        "08", "09", "0A", "0B", "0L", "0P", "20", "21", "24", "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F",
        "40", "42", "53", "55", "57", "58", "72", "F0", "HV", "XX",
    ];

    // A policy refuses a row with the code of rights that are missing; so may a trigger. No row is to blame for a table's own rights.
    // https://github.com/postgres/postgres/blob/master/src/backend/executor/execMain.c (ExecWithCheckOptions)
    private static readonly HashSet<string> RowRoutines = ["ExecWithCheckOptions", "exec_stmt_raise"];

    /// <summary>True when a row can be to blame: without it the others may be loaded.</summary>
    public static bool IsOfRow(PostgresException e) => e.SqlState == PostgresErrorCodes.InsufficientPrivilege
        ? e.Routine is { } routine && RowRoutines.Contains(routine)
        : !e.IsTransient && !OtherClasses.Contains(e.SqlState[..2]);

    /// <summary>The same as a condition for the database, where a row that misses a right may be to blame or not.</summary>
    /// <param name="state">The error's code there.</param>
    public static string ComposeIsOfRow(string state) =>
        $"left({state}, 2) NOT IN ({string.Join(", ", OtherClasses.Select(c => $"'{c}'"))}) " +
        $"OR {state} = '{PostgresErrorCodes.InsufficientPrivilege}'";

    /// <summary>The refusal of a row.</summary>
    /// <param name="row">Its number within its range.</param>
    /// <param name="table">The table.</param>
    /// <param name="details">The details that may be shown.</param>
    /// <param name="fault">The refusal.</param>
    public static RefusedRow Refuse(long row, TargetTable table, LoadDetails details, RowFault fault)
    {
        var columns = table.Constraints.FirstOrDefault(c => c.Name == fault.Constraint)?.Columns;
        var field = fault.Column.Length > 0 ? fault.Column : columns is [var column] ? column : "";
        var message = details.IsShown(fault) ? $"{Cut(fault.Message)}: {Cut(fault.Detail)}" : Cut(fault.Message);
        return new RefusedRow(row, field, message.Replace('\0', ' '));
    }

    /// <summary>The end of a load.</summary>
    /// <param name="plan">The load.</param>
    /// <param name="e">The error.</param>
    public static CsvJobException Fail(LoadPlan plan, PostgresException e) =>
        new($"The table {plan.Schema}.{plan.Table} refused the load: {e.MessageText}.{Advise(plan, e.SqlState, e.ConstraintName)}", e);

    /// <summary>The end of a load of which a table refuses more than can be told apart.</summary>
    public static CsvJobException FailOfMany(LoadPlan plan, RowFault last) => new(
        $"The table {plan.Schema}.{plan.Table} refused more than {RefusalFinder.MaxRefused} records of the load, the last so: " +
        $"{last.Message}.{Advise(plan, last.State, last.Constraint)}");

    // The job's search for duplicates, which only the schema asks for since it costs a second read of the file, finds any number of them.
    private static string Advise(LoadPlan plan, string state, string? constraint)
    {
        if (state != PostgresErrorCodes.UniqueViolation) return "";
        if (plan.IsMade) return " Another load made the table meanwhile: start the job again, and what repeats a key is rejected alone.";
        var key = plan.Checks.FirstOrDefault(c => c.Repeats.Count > 0 && c.Constraint == constraint)?.Repeats;
        var named = key is null ? "primaryKey or uniqueKeys" : $"\"primaryKey\": [{string.Join(", ", key.Select(c => $"\"{c}\""))}]";
        return $" Records repeat keys of others, or of rows that came meanwhile: with {named} in the schema the later of two records is " +
            "rejected before it is loaded.";
    }

    private static string Cut(string text) => text.Length > MaxMessage ? text[..MaxMessage] + "..." : text;
}
