using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>A column as the database has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type's own name, such as <c>int4</c>.</param>
/// <param name="Modifier">What stands in brackets behind the type, as the catalog encodes it; -1 for nothing.</param>
/// <param name="Shown">The type as people write it.</param>
/// <param name="IsRequired">It takes no nulls.</param>
/// <param name="HasDefault">It need not be given.</param>
/// <param name="IsGenerated">It cannot be given.</param>
internal sealed record TargetColumn(
    string Name, string Type, int Modifier, string Shown, bool IsRequired, bool HasDefault, bool IsGenerated);

/// <summary>A constraint as the database has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind"><c>c</c> check, <c>f</c> foreign key, <c>p</c> primary key, <c>u</c> unique, <c>x</c> exclusion.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Condition">What a check demands.</param>
/// <param name="Other">The table that a foreign key points to; empty for the same table.</param>
/// <param name="OtherColumns">The columns that it points to.</param>
/// <param name="IsDeferrable">It may be checked at the end of a transaction, and cannot tell what is in conflict with a row.</param>
/// <param name="NullsAreAlike">Two missing values are the same key.</param>
internal sealed record TargetConstraint(
    string Name, char Kind, string[] Columns, string Condition, QualifiedName? Other, string[] OtherColumns, bool IsDeferrable,
    bool NullsAreAlike)
{
    /// <summary>True when a load gives all of its columns. What it does not give has its default, of which nothing is known.</summary>
    public bool IsGiven(IReadOnlyList<LoadColumn> columns) => Columns.All(name => columns.Any(c => c.Name == name));

    /// <summary>True when rows of a load may refer to others of it.</summary>
    public bool IsOwnKey(IReadOnlyList<LoadColumn> columns) =>
        this is { Kind: 'f', Other: null } && IsGiven(columns) && OtherColumns.All(name => columns.Any(c => c.Name == name));
}

/// <summary>A table that records are loaded into, read from the catalog.</summary>
internal sealed record TargetTable(QualifiedName Name, IReadOnlyList<TargetColumn> Columns, IReadOnlyList<TargetConstraint> Constraints)
{
    // https://www.postgresql.org/docs/current/catalog-pg-attribute.html
    private const string ColumnsSql = """
        SELECT a.attname, t.typname, a.atttypmod, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.atthasdef OR a.attidentity <> '', a.attgenerated <> '' OR a.attidentity = 'a'
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """;

    // Unique indexes that are no constraints count as well, unless they are partial or over expressions; columns that one only includes are
    // no part of its key. Before PostgreSQL 15 the catalog has no indnullsnotdistinct.
    private const string ConstraintsSql = """
        SELECT c.conname, c.contype, (SELECT array_agg(a.attname ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(num, n)
                   JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num),
               pg_get_expr(c.conbin, c.conrelid), n.nspname, r.relname, c.confrelid = c.conrelid,
               (SELECT array_agg(a.attname ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k(num, n)
                   JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num),
               c.condeferrable, coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false)
        FROM pg_constraint c LEFT JOIN pg_class r ON r.oid = c.confrelid LEFT JOIN pg_namespace n ON n.oid = r.relnamespace
          LEFT JOIN pg_index x ON x.indexrelid = c.conindid
        WHERE c.conrelid = $1 AND c.contype IN ('c', 'f', 'p', 'u', 'x')
        UNION ALL
        SELECT i.relname, 'u', (SELECT array_agg(a.attname ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY k(num, n)
                   JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.num WHERE k.n <= x.indnkeyatts),
               NULL, NULL, NULL, NULL, NULL, false, coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indrelid = $1 AND x.indisunique AND x.indpred IS NULL AND x.indexprs IS NULL
          AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)
        ORDER BY 1
        """;

    /// <summary>Reads a table's shape; null when there is none.</summary>
    public static async Task<TargetTable?> FindAsync(NpgsqlDataSource database, QualifiedName name, CancellationToken cancellationToken)
    {
        await using var find = database.CreateCommand(
            "SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " +
            "WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p')");
        find.Parameters.Add(new() { Value = name.Sql });
        uint oid;
        QualifiedName found;
        await using (var reader = await find.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken)) return null;
            (oid, found) = (reader.GetFieldValue<uint>(0), new QualifiedName(reader.GetString(1), reader.GetString(2)));
        }

        return new TargetTable(
            found, await ReadAsync(database, ColumnsSql, oid, Column, cancellationToken),
            await ReadAsync(database, ConstraintsSql, oid, Constraint, cancellationToken));
    }

    private static TargetColumn Column(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6));

    private static TargetConstraint Constraint(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetChar(1), row.IsDBNull(2) ? [] : row.GetFieldValue<string[]>(2), row.IsDBNull(3) ? "" : row.GetString(3),
        row.IsDBNull(5) || row.GetBoolean(6) ? null : new QualifiedName(row.GetString(4), row.GetString(5)),
        row.IsDBNull(7) ? [] : row.GetFieldValue<string[]>(7), row.GetBoolean(8), row.GetBoolean(9));

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlDataSource database, string sql, uint table, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = table, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }
}
