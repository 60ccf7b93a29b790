using Npgsql;
using Serverless.Csv.Schema;

namespace Serverless.CsvJobs.Load;

/// <summary>Holds a file's schema against the table before anything is read, and makes the table where that was asked for.</summary>
internal sealed class LoadPreparer(LoadConnections connections)
{
    // Two that make one table at once would both find it missing, and one would fail.
    private const string OneByOne = $"SELECT pg_advisory_xact_lock(hashtextextended('{LoadTables.Finished}', 0))";

    /// <summary>Plans the load.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="schema">The file's schema.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    /// <exception cref="CsvJobException">There is no such database or table, or the columns do not fit.</exception>
    public async Task<LoadPlan> PrepareAsync(string job, LoadOptions options, TableSchema schema, CancellationToken cancellationToken)
    {
        var database = connections.Open(options.Connection);
        try
        {
            var plan = await PlanAsync(database, job, options, schema.Written, cancellationToken);
            var masked = schema.Fields.Where(f => f.Mask is not null).Select(f => f.Name).ToHashSet();
            return plan with { Columns = [.. plan.Columns.Select(c => c with { IsMasked = masked.Contains(c.Name) })] };
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            throw new CsvJobException($"The load into {options.Table} cannot begin: {e.MessageText}.", e);
        }
    }

    /// <summary>Holds the foreign keys that refer to tables against these.</summary>
    /// <exception cref="CsvJobException">There is no load, no such table, or the columns do not fit.</exception>
    public async Task CheckReferencesAsync(CsvJobOptions options, TableSchema schema, CancellationToken cancellationToken)
    {
        foreach (var key in schema.ForeignKeys.Where(k => !k.IsSelf))
        {
            var name = ReferencedFile.NameOf(key, options.References);
            if (ReferencedTable.IsNamed(name)) await FindReferenceAsync(options.Load?.Connection, name, schema, key, cancellationToken);
        }
    }

    /// <summary>Finds the table that a foreign key refers to.</summary>
    /// <param name="connection">The load's database; null where there is no load.</param>
    /// <param name="name">The table, with its prefix.</param>
    /// <param name="schema">The file's schema.</param>
    /// <param name="key">The foreign key.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ReferencedTable> FindReferenceAsync(
        string? connection, string name, TableSchema schema, ForeignKey key, CancellationToken cancellationToken)
    {
        if (connection is null)
            throw new CsvJobException($"A foreign key refers to {name}: that needs the option load, whose database has the table.");
        try
        {
            return await ReferencedTable.FindAsync(connections.Open(connection), name, schema, key, cancellationToken);
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            throw new CsvJobException($"A foreign key cannot refer to {name}: {e.MessageText}.", e);
        }
    }

    private static async Task<LoadPlan> PlanAsync(
        NpgsqlDataSource database, string job, LoadOptions options, TableSchema schema, CancellationToken cancellationToken)
    {
        if (!QualifiedName.TryParse(options.Table, out var name)) throw new CsvJobException($"\"{options.Table}\" is no name of a table.");
        if (schema.Fields.Count == 0) throw new CsvJobException("An empty file has no columns that could be loaded.");
        foreach (var key in options.Key.Where(k => schema.Fields.All(f => f.Name != k)))
            throw new CsvJobException($"The key of the load names the column \"{key}\", which the file has not.");
        var table = await TargetTable.FindAsync(database, name, cancellationToken);
        if (table is null && MadeTable.Fits(options, schema))
        {
            name = await QualifyAsync(database, name, cancellationToken);
            return await MakeAsync(database, name, job, options, schema, cancellationToken);
        }

        if (table is null && options.Create)
        {
            await CreateAsync(database, name, options, schema, cancellationToken);
            table = await TargetTable.FindAsync(database, name, cancellationToken);
        }

        if (table is null)
            throw new CsvJobException($"There is no table {options.Table} to load into; with the option load.create it is made.");
        var columns = Match(schema, table);
        var keys = options.Mode == LoadMode.Upsert ? FindKeys(table, options) : [];
        var plan = new LoadPlan(
            job, options.Connection, table.Name.Schema, table.Name.Name, options.Mode, options.Key, columns,
            LoadChecks.Of(table, columns, options))
        {
            NullsAreAlike = keys.Any(k => k.NullsAreAlike),
            RefersToItself = table.Constraints.Any(c => c is { Kind: 'f', Other: null }),
        };
        await CreateListsAsync(database, plan, cancellationToken);
        return plan;
    }

    private static async Task<LoadPlan> MakeAsync(
        NpgsqlDataSource database, QualifiedName name, string job, LoadOptions options, TableSchema schema,
        CancellationToken cancellationToken)
    {
        var plan = new LoadPlan(
            job, options.Connection, name.Schema, name.Name, options.Mode, KeyOf(options, schema),
            [.. schema.Fields.Select(LoadColumns.Make)], [], IsMade: true);
        await CreateListsAsync(database, plan, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await MadeTable.CreateAsync(connection, plan, schema, cancellationToken);
        return plan;
    }

    // Later statements and other connections must mean the same schema.
    private static async Task<QualifiedName> QualifyAsync(
        NpgsqlDataSource database, QualifiedName name, CancellationToken cancellationToken)
    {
        if (name.Schema.Length > 0) return name;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return name with { Schema = await connection.ReadScalarAsync<string>("SELECT coalesce(current_schema(), '')", cancellationToken) };
    }

    private static List<LoadColumn> Match(TableSchema schema, TargetTable table)
    {
        var faults = new List<string>();
        var columns = new List<LoadColumn>();
        foreach (var field in schema.Fields)
        {
            if (table.Columns.FirstOrDefault(c => c.Name == field.Name) is not { } target)
                faults.Add($"the table has no column \"{field.Name}\"");
            else if (target.IsGenerated)
                faults.Add($"the column \"{field.Name}\" is generated by the database");
            else if (LoadColumns.Fit(field, target) is { } column)
                columns.Add(column);
            else
                faults.Add($"\"{field.Name}\" is {field.Type.ToString().ToLowerInvariant()} in the file and {target.Shown} in the table");
        }

        faults.AddRange(table.Columns
            .Where(c => c.IsRequired && !c.HasDefault && !c.IsGenerated && schema.Fields.All(f => f.Name != c.Name))
            .Select(c => $"the file has no column \"{c.Name}\", which the table requires"));
        return faults.Count == 0
            ? columns
            : throw new CsvJobException($"The file does not fit the table {table.Name.Schema}.{table.Name.Name}: " +
                $"{string.Join("; ", faults)}.");
    }

    private static List<TargetConstraint> FindKeys(TargetTable table, LoadOptions options)
    {
        var keys = table.Constraints.Where(c => c.Kind is 'p' or 'u' && c.Columns.ToHashSet().SetEquals(options.Key)).ToList();
        if (keys.Exists(c => !c.IsDeferrable)) return keys;
        throw new CsvJobException(
            $"The table {options.Table} has no primary key or unique constraint of exactly {string.Join(", ", options.Key)}" +
            (keys is [var key, ..] ? $" but \"{key.Name}\", which is deferrable and cannot serve an upsert: " : ": ") +
            "without one nothing says which row a record overwrites.");
    }

    private static async Task CreateAsync(
        NpgsqlDataSource database, QualifiedName name, LoadOptions options, TableSchema schema, CancellationToken cancellationToken)
    {
        var key = KeyOf(options, schema);
        var lines = schema.Fields.Select(LoadColumns.Declare);
        if (key.Count > 0) lines = lines.Append($"PRIMARY KEY ({string.Join(", ", key.Select(QualifiedName.Quote))})");
        await using var create = database.CreateCommand(
            $"{OneByOne}; CREATE TABLE IF NOT EXISTS {name.Sql} ({string.Join(", ", lines)})");
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IReadOnlyList<string> KeyOf(LoadOptions options, TableSchema schema) =>
        options.Key.Count > 0 ? options.Key : schema.PrimaryKey;

    private static async Task CreateListsAsync(NpgsqlDataSource database, LoadPlan plan, CancellationToken cancellationToken)
    {
        await using var create = database.CreateCommand($"""
            {OneByOne};
            CREATE TABLE IF NOT EXISTS {plan.Target.WithName(LoadTables.Finished).Sql}
                (job text PRIMARY KEY, target text NOT NULL, rows bigint NOT NULL, finished_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE IF NOT EXISTS {LoadTables.NameRefused(plan).Sql}
                (start bigint NOT NULL, stop bigint NOT NULL, first bigint NOT NULL, row bigint NOT NULL, field text NOT NULL,
                 message text NOT NULL);
            """);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }
}
