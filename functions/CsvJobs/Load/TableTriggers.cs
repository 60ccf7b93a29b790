using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>A trigger that does not judge a row when it comes.</summary>
/// <param name="Name">Its name, which its constraint has, too, if it has one.</param>
/// <param name="Function">The name of what it calls.</param>
/// <param name="Signature">The same with schema and arguments, as the database words it in the context of an error.</param>
/// <param name="IsOfStatement">It is called once a statement, and not told which rows are meant.</param>
internal sealed record TableTrigger(QualifiedName Name, string Function, string Signature, bool IsOfStatement);

/// <summary>The triggers of a table that are called once a statement, or at the end of the transaction.</summary>
internal sealed class TableTriggers(IReadOnlyList<TableTrigger> triggers)
{
    // https://www.postgresql.org/docs/current/catalog-pg-trigger.html: of tgtype 1 is a row's, 4 insert, 8 delete, 16 update.
    private const string Sql = """
        SELECT n.nspname, t.tgname, p.proname, t.tgfoid::regprocedure::text, (t.tgtype & 1) = 0
        FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid JOIN pg_namespace n ON n.oid = r.relnamespace
          JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND (t.tgtype & 28) <> 0 AND ((t.tgtype & 1) = 0 OR t.tginitdeferred)
          AND (t.tgrelid = $1::regclass OR t.tgrelid IN (SELECT relid FROM pg_partition_tree($1::regclass)))
        """;

    /// <summary>Those that are deferred.</summary>
    public IReadOnlyList<TableTrigger> Deferred { get; } = [.. triggers.Where(t => !t.IsOfStatement)];

    /// <summary>Reads them from the catalog.</summary>
    public static async Task<TableTriggers> ReadAsync(
        NpgsqlConnection connection, QualifiedName table, CancellationToken cancellationToken)
    {
        var found = new List<TableTrigger>();
        await using var find = connection.CreateStatement(Sql, table.Sql);
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new TableTrigger(
                new QualifiedName(reader.GetString(0), reader.GetString(1)), reader.GetString(2), reader.GetString(3),
                reader.GetBoolean(4)));
        }

        return new TableTriggers(found);
    }

    /// <summary>Finds the trigger of a statement in which an error arose; null when it arose elsewhere.</summary>
    public TableTrigger? FindOfStatement(string? context) => triggers.FirstOrDefault(t => t.IsOfStatement && Names(context, t));

    /// <summary>True when an error arose in a deferred trigger.</summary>
    public bool IsDeferred(string context) => Deferred.Any(t => Names(context, t));

    // "PL/pgSQL function shop.balance() line 3 at RAISE"; other languages put the bare name within quotes.
    private static bool Names(string? context, TableTrigger trigger) => context is not null
        && (context.Contains($" {trigger.Signature} ", StringComparison.Ordinal)
            || context.Contains($"\"{trigger.Function}\"", StringComparison.Ordinal));
}
