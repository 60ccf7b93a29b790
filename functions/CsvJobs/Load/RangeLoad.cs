using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// One pass over a range that puts its accepted records into a table of its own, in one transaction: the table is there when, and only
/// when, all of the range is in it, so that a range which is processed again finds it done. Where the load makes the table, they go into
/// that at once, and a line in its list says the same. Nothing is seen in the target until the job ends.
/// </summary>
internal sealed class RangeLoad(
    NpgsqlDataSource database, LoadPlan plan, long start, long end, IReadOnlyDictionary<long, RefusedRow> refused, bool isLoaded)
    : IAsyncDisposable
{
    // More in one pass would only be found to be more in the next.
    private const int MaxPerPass = 1_000_000;

    private readonly Dictionary<long, RefusedRow> _found = [];
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private NpgsqlRawCopyStream? _copy;
    private QualifiedName _table = plan.Target;
    private bool _isOpen;

    /// <summary>The range is loaded: its records need not be encoded.</summary>
    public bool IsLoaded => isLoaded;

    /// <summary>Encodes the records.</summary>
    public CopyRecordWriter Writer { get; } = new(plan.Columns, withRow: !plan.IsMade);

    /// <summary>Records that the table refused in this pass; with any, the range is read once more without them.</summary>
    public IReadOnlyDictionary<long, RefusedRow> Found => _found;

    /// <summary>Finds the reason not to load a record; null mostly.</summary>
    public RefusedRow? FindRefusal(long row) => refused.GetValueOrDefault(row);

    /// <summary>Sends what is encoded.</summary>
    /// <param name="first">Where the range's first record starts.</param>
    /// <param name="cancellationToken">Ends the transaction without a trace.</param>
    public async ValueTask StoreAsync(long first, CancellationToken cancellationToken)
    {
        if (!_isOpen && !isLoaded) await BeginAsync(first, cancellationToken);
        if (_copy is not null) await _copy.WriteAsync(Writer.Pending, cancellationToken);
        Writer.Clear();
    }

    /// <summary>Checks the rows, and commits them if the table would take all of them.</summary>
    /// <exception cref="CsvJobException">The database refuses them in a way that no row can be blamed for.</exception>
    public async Task FinishAsync(long first, CancellationToken cancellationToken)
    {
        await StoreAsync(first, cancellationToken);
        if (_copy is not null)
        {
            await _copy.WriteAsync(CopyRecordWriter.Trailer.ToArray(), cancellationToken);
            await _copy.DisposeAsync();
            _copy = null;
            foreach (var row in Writer.Refused) Note(row);
            if (_found.Count == 0) await CheckAsync(cancellationToken);
            if (_found.Count == 0) await CommitAsync(first, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_copy is not null) await CancelCopyAsync(_copy);
        if (_transaction is not null) await _transaction.DisposeAsync();
        if (_connection is not null) await _connection.DisposeAsync();
        await Writer.DisposeAsync();
    }

    private static async Task CancelCopyAsync(NpgsqlRawCopyStream copy)
    {
        try
        {
            await copy.CancelAsync();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
        {
            // The connection is lost: with it the transaction ends.
        }
    }

    private async Task BeginAsync(long first, CancellationToken cancellationToken)
    {
        _isOpen = true;
        var range = new LoadedRange(start, end, first);
        _table = LoadTables.OfRange(plan, range);
        _connection = await database.OpenConnectionAsync(cancellationToken);
        _transaction = await _connection.BeginTransactionAsync(cancellationToken);

        // The same range may be at work elsewhere, when it is thought to be lost.
        await _connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", cancellationToken, _table.Sql);
        if (plan.IsMade
            ? await MadeTable.HasAsync(_connection, plan, range, cancellationToken)
            : await _connection.ReadScalarAsync<bool>("SELECT to_regclass($1) IS NOT NULL", cancellationToken, _table.Sql))
        {
            await FindRefusedAsync(first, cancellationToken);
            return;
        }

        var names = string.Join(", ", plan.Columns.Select(c => QualifiedName.Quote(c.Name)));
        var target = $"{MadeTable.NameRows(plan).Sql} ({names})";
        if (!plan.IsMade)
        {
            var columns = plan.Columns.Select(c => $"{QualifiedName.Quote(c.Name)} {c.Type.ToSql()}");
            await _connection.ExecuteAsync(
                $"CREATE TABLE {_table.Sql} ({LoadPlan.RowColumn} bigint, {string.Join(", ", columns)})", cancellationToken);
            target = $"{_table.Sql} ({LoadPlan.RowColumn}, {names})";
        }

        _copy = await _connection.BeginRawBinaryCopyAsync($"COPY {target} FROM STDIN (FORMAT binary)", cancellationToken);
        await _copy.WriteAsync(CopyRecordWriter.Header.ToArray(), cancellationToken);
    }

    // It was loaded before: what was refused then is refused again.
    private async Task FindRefusedAsync(long first, CancellationToken cancellationToken)
    {
        await using var find = _connection!.CreateStatement(
            $"SELECT row, field, message FROM {LoadTables.NameRefused(plan).Sql} WHERE start = $1 AND stop = $2 AND first = $3", start, end,
            first);
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new RefusedRow(reader.GetInt64(0), reader.GetString(1), reader.GetString(2));
            if (!refused.ContainsKey(row.Row)) Note(row);
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var check in plan.Checks)
        {
            await using var find = _connection!.CreateStatement(Question(check));
            try
            {
                await using var reader = await find.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken)) Note(new RefusedRow(reader.GetInt64(0), check.Column, check.Message));
            }
            catch (PostgresException e) when (!e.IsTransient)
            {
                throw new CsvJobException($"The table {plan.Schema}.{plan.Table} cannot be loaded: {e.MessageText}.", e);
            }
        }
    }

    private string Question(LoadCheck check)
    {
        if (check.Repeats.Count == 0)
            return $"SELECT s.{LoadPlan.RowColumn} FROM {_table.Sql} s WHERE {check.Condition} LIMIT {MaxPerPass}";
        var key = string.Join(", ", check.Repeats.Select(QualifiedName.Quote));
        var given = check.NullsAreAlike
            ? "true" : string.Join(" AND ", check.Repeats.Select(c => $"{QualifiedName.Quote(c)} IS NOT NULL"));
        return $"""
            SELECT {LoadPlan.RowColumn} FROM (
                SELECT {LoadPlan.RowColumn}, row_number() OVER (PARTITION BY {key} ORDER BY {LoadPlan.RowColumn}) AS serverless_place
                FROM {_table.Sql} WHERE {given}) s
            WHERE serverless_place > 1 LIMIT {MaxPerPass}
            """;
    }

    private async Task CommitAsync(long first, CancellationToken cancellationToken)
    {
        var range = new LoadedRange(start, end, first);
        if (refused.Count > 0) await LoadTables.RefuseAsync(_connection!, plan, range, [.. refused.Values], cancellationToken);
        if (plan.IsMade) await MadeTable.ListAsync(_connection!, plan, range, Writer.Records, cancellationToken);
        await _transaction!.CommitAsync(cancellationToken);
    }

    private void Note(RefusedRow row)
    {
        if (_found.Count < MaxPerPass) _found.TryAdd(row.Row, row);
    }
}
