using Npgsql;

namespace Serverless.TestSupport;

/// <summary>A database of a test.</summary>
public sealed class PostgresDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public string ConnectionString => connectionString;

    /// <summary>Runs statements.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The rows of a query, their columns as text with a bar between; a null is <c>~</c>.</summary>
    public async Task<List<string>> ReadAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        command.AllResultTypesAreUnknown = true;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "~" : reader.GetString(i))));
        return rows;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
