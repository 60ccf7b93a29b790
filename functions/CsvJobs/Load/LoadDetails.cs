using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// The details of the database's messages that a reject may show: which key a record repeats, and which one it refers to that is missing.
/// Their values are the record's own, which the rejects hold anyway. Others are left out: they may quote other rows, masked columns, or
/// columns that the file does not have.
/// </summary>
/// <param name="plan">The load.</param>
/// <param name="table">The table.</param>
/// <param name="indexes">
/// The columns of its unique indexes that are no constraints, those within expressions and conditions too.
/// </param>
internal sealed class LoadDetails(LoadPlan plan, TargetTable table, IReadOnlyDictionary<string, string[]> indexes)
{
    // https://www.postgresql.org/docs/current/catalog-pg-depend.html: an index depends on each column that it is made of.
    private const string IndexesSql = """
        SELECT i.relname, array_agg(DISTINCT a.attname::text)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
          JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.oid
            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = x.indrelid AND d.refobjsubid > 0
          JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = d.refobjsubid
        WHERE x.indrelid = $1::regclass AND x.indisunique GROUP BY 1
        """;

    /// <summary>Reads what the catalog knows of a table's indexes.</summary>
    public static async Task<LoadDetails> ReadAsync(
        NpgsqlConnection connection, LoadPlan plan, TargetTable table, CancellationToken cancellationToken)
    {
        var indexes = new Dictionary<string, string[]>();
        await using var find = connection.CreateStatement(IndexesSql, plan.Target.Sql);
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) indexes[reader.GetString(0)] = reader.GetFieldValue<string[]>(1);
        return new LoadDetails(plan, table, indexes);
    }

    /// <summary>True when all that a detail can quote are values of the record, in columns that are loaded and not masked.</summary>
    public bool IsShown(RowFault fault)
    {
        // A trigger may write into other tables, and what it says itself may quote anything.
        if (fault.Detail.Length == 0 || !fault.IsDirect || fault.Table != plan.Target) return false;
        var constraint = table.Constraints.FirstOrDefault(c => c.Name == fault.Constraint);
        var columns = fault.State switch
        {
            PostgresErrorCodes.UniqueViolation => constraint is { Kind: 'p' or 'u' } key
                ? key.Columns : indexes.GetValueOrDefault(fault.Constraint),

            // An upsert may take away what another row refers to: then the detail is about the row that was there.
            PostgresErrorCodes.ForeignKeyViolation when constraint is { Kind: 'f' } key
                && !(key.Other is null && plan.Mode == LoadMode.Upsert) => key.Columns,
            _ => null,
        };
        return columns is { Length: > 0 } && columns.All(name => plan.Columns.Any(c => c.Name == name && !c.IsMasked));
    }
}
