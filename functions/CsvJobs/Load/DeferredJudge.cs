using System.Globalization;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Asks deferred triggers about rows with all others there. They are called in the order of the rows: between the calls for two rows stands
/// one of a trigger of our own, on a table of our own, that notes how far the database has come. A sequence keeps that when all is taken
/// back.
/// </summary>
internal sealed class DeferredJudge(NpgsqlConnection connection, LoadPlan plan, TableTriggers triggers)
{
    // Each row that is refused costs a round over those that are open. When so many were loaded again, what is still open is refused.
    private const long MaxRows = 1_000_000;
    private const string Round = "serverless_round";
    private const string OpenColumn = "serverless_open";

    private readonly QualifiedName _open = plan.Target.WithName(plan.Prefix + "open");
    private readonly QualifiedName _passed = plan.Target.WithName(plan.Prefix + "passed");
    private readonly QualifiedName _called = plan.Target.WithName(plan.Prefix + "called");
    private readonly RowMover _mover = new(connection, plan);

    /// <summary>Picks the rows that are refused with all others there.</summary>
    /// <param name="ranges">The ranges, in the file's order.</param>
    /// <param name="found">The rows that were refused, some of them by deferred triggers that were called when a row came.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>All of them where the triggers do not tell.</returns>
    public async Task<IReadOnlyList<Refusal>> PickAsync(
        IReadOnlyList<LoadedRange> ranges, IReadOnlyList<Refusal> found, CancellationToken cancellationToken)
    {
        await RefusalFinder.ReturnAsync(connection, cancellationToken);
        var open = found.Where(f => triggers.IsDeferred(f.Fault.Context)).ToList();
        await CreateAsync(ranges, open, cancellationToken);
        if ((await _mover.MoveAsync(ranges, found, cancellationToken)).Fault is not null) return found;
        if (await _mover.TryAsync("SET CONSTRAINTS ALL IMMEDIATE", cancellationToken) is not null) return found;
        var deferred = string.Join(", ", triggers.Deferred.Select(t => t.Name).Append(_called).Select(n => n.Sql));
        await connection.ExecuteAsync($"SET CONSTRAINTS {deferred} DEFERRED", cancellationToken);

        var refused = found.Except(open).ToList();
        var left = Enumerable.Range(1, open.Count).ToList();
        for (var rows = 0L; left.Count > 0 && rows <= MaxRows; rows += left.Count)
        {
            if (await FindRefusedAsync(left, cancellationToken) is not { } number) return refused;
            if (!left.Remove(number)) return found;
            refused.Add(open[number - 1]);
            await connection.ExecuteAsync($"DELETE FROM {_open.Sql} WHERE {OpenColumn} = {number}", cancellationToken);
        }

        return [.. refused, .. left.Select(n => open[n - 1])];
    }

    private async Task CreateAsync(
        IReadOnlyList<LoadedRange> ranges, IReadOnlyList<Refusal> open, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            CREATE TABLE {_open.Sql} AS SELECT serverless_left.number::int AS {OpenColumn}, {LoadInserts.Rows}.*
            FROM {LoadInserts.ComposeRows(plan, ranges)}
              JOIN unnest($1::int[], $2::bigint[]) WITH ORDINALITY serverless_left (place, row, number)
              ON serverless_left.place = {LoadPlan.RangeColumn} AND serverless_left.row = {LoadPlan.RowColumn}
            """,
            cancellationToken, open.Select(f => IndexOf(ranges, f.Range)).ToArray(), open.Select(f => f.Row).ToArray());
        await connection.ExecuteAsync(
            $"""
            CREATE INDEX ON {_open.Sql} ({OpenColumn});
            CREATE SEQUENCE {_passed.Sql} MINVALUE 0;
            CREATE TABLE {_called.Sql} (number int);
            CREATE FUNCTION {_called.Sql}() RETURNS trigger LANGUAGE plpgsql AS
              {QualifiedName.QuoteText($"BEGIN PERFORM setval({_passed.Literal}, NEW.number); RETURN NULL; END")};
            CREATE CONSTRAINT TRIGGER {QualifiedName.Quote(_called.Name)} AFTER INSERT ON {_called.Sql} DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION {_called.Sql}()
            """,
            cancellationToken);
    }

    // Null: none is refused. 0: it cannot be told which.
    private async Task<int?> FindRefusedAsync(IReadOnlyList<int> left, CancellationToken cancellationToken)
    {
        var row = new RowSource(_open, OpenColumn, "SELECT *").Compose($"{OpenColumn} = serverless_number");
        var load = $"""
            #variable_conflict use_column
            DECLARE serverless_number int;
            BEGIN
              FOR serverless_number IN SELECT {OpenColumn} FROM {_open.Sql} ORDER BY 1 LOOP
                {LoadInserts.Compose(plan, row)};
                INSERT INTO {_called.Sql} VALUES (serverless_number);
              END LOOP;
            END
            """;
        await connection.ExecuteAsync($"SAVEPOINT {Round}", cancellationToken);
        await connection.ReadScalarAsync<long>($"SELECT setval({_passed.Literal}, 0)", cancellationToken);
        try
        {
            await connection.ExecuteAsync($"DO {QualifiedName.QuoteText(load)}; SET CONSTRAINTS ALL IMMEDIATE", cancellationToken);
            return null;
        }
        catch (PostgresException e) when (LoadFaults.IsOfRow(e))
        {
            await connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Round}", cancellationToken);
            if (!triggers.IsDeferred(e.Where ?? "")) return 0;
            var passed = await connection.ReadScalarAsync<long>($"SELECT last_value FROM {_passed.Sql}", cancellationToken);
            return left.FirstOrDefault(n => n > passed);
        }
    }

    private static int IndexOf(IReadOnlyList<LoadedRange> ranges, LoadedRange range)
    {
        var at = 0;
        while (ranges[at] != range) at++;
        return at;
    }
}
